/* mcconfig writes this from the "defines" of the manifests. */
#define MODDEF_P1_BOARD "stub"
