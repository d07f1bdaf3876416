/* As POSIX has it; the harness is the source. */
#ifndef SYS_RANDOM_H
#define SYS_RANDOM_H

#include <stddef.h>

int getentropy(void *buffer, size_t length);

#endif
