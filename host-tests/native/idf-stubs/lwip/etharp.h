/* lwIP is a git submodule of ESP-IDF that the checks do without: what wifi-control asks of it is in its fake. */
#include "../../wifi-control/fake/lwip/etharp.h"
