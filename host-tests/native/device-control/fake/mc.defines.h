#define MODDEF_P1_BOARD "bench"
#define MODDEF_P1_VERSION "1.2.3+g0123abc.dirty"
