/* console.c for JavaScript. Bytes are a view, or a buffer, shared or not. */

#include "xsmc.h"
#include "mc.xs.h"

#include "../xs-piece.h"
#include "console.h"

/* (): 0, or an esp_err_t. */
void xs_p1_console_open(xsMachine *the)
{
	xsmcSetInteger(xsResult, p1_console_open());
}

/* (bytes): how many have come. */
void xs_p1_console_read(xsMachine *the)
{
	xsUnsignedValue size;
	void *bytes;

	xsmcGetBufferWritable(xsArg(0), &bytes, &size);
	xsmcSetInteger(xsResult, p1_console_read(bytes, size));
}

/* (bytes, offset, end): how many were taken. */
void xs_p1_console_write(xsMachine *the)
{
	uint32_t count;
	uint8_t *bytes = xsPiece(the, 0, &count);

	xsmcSetInteger(xsResult, p1_console_write(bytes, count));
}

/* () */
void xs_p1_console_close(xsMachine *the)
{
	(void)the;
	p1_console_close();
}
