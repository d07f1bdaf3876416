#include "../p1-serial/fake/mc.xs.h"
