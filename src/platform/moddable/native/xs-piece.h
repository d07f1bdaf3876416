/* A piece of a buffer, as JavaScript passes it: a view or an ArrayBuffer, then the first byte, and the first that is not meant. */
#ifndef P1_XS_PIECE_H
#define P1_XS_PIECE_H

#include <stdint.h>

#include "xsmc.h"

/* The piece that begins at this argument. Its address is good until something allocates. RangeError when it is not in the buffer. */
static inline uint8_t *xsPiece(xsMachine *the, int argument, uint32_t *count)
{
	uint32_t offset = (uint32_t)xsmcToInteger(xsArg(argument + 1));
	uint32_t end = (uint32_t)xsmcToInteger(xsArg(argument + 2));
	xsUnsignedValue size;
	void *bytes;

	xsmcGetBufferReadable(xsArg(argument), &bytes, &size);
	if ((offset > end) || (end > size))
		xsRangeError("not in the buffer");
	*count = end - offset;
	return (uint8_t *)bytes + offset;
}

#endif
