/* The platform's names for the C library; allocations can be made to fail. */
#ifndef FAKE_XS_PLATFORM_H
#define FAKE_XS_PLATFORM_H

#include <stddef.h>
#include <string.h>

#define c_calloc(count, size) fakeCalloc(count, size)
#define c_free(memory) fakeFree(memory)
#define c_strcmp strcmp

void *fakeCalloc(size_t count, size_t size);
void fakeFree(void *memory);

#endif
