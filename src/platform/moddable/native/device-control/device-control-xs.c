/* device-control.c for JavaScript. Its strings are constants, or as good as: they are not copied. */

#include "xsmc.h"
#include "mc.xs.h"

#include "device-control.h"

/* (): does not return. */
void xs_p1_restart(xsMachine *the)
{
	(void)the;
	p1_restart();
}

/* (): why the chip started. */
void xs_p1_reset_reason(xsMachine *the)
{
	xsmcSetStringX(xsResult, (char *)p1_reset_reason());
}

/* (): the board of this image. */
void xs_p1_image_board(xsMachine *the)
{
	xsmcSetStringX(xsResult, (char *)p1_image_board());
}

/* (): the partition of this image. */
void xs_p1_image_slot(xsMachine *the)
{
	xsmcSetStringX(xsResult, (char *)p1_image_slot());
}

/* (): whether this image is on trial. */
void xs_p1_image_is_pending(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_image_is_pending() != 0);
}

/* (): false when flash refuses. */
void xs_p1_image_mark_valid(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_image_mark_valid() == 0);
}

/* (): returns only when there is no other image. */
void xs_p1_image_roll_back(xsMachine *the)
{
	(void)the;
	p1_image_roll_back();
}

/* (): brown-outs since the last power cut. */
void xs_p1_brown_out_count(xsMachine *the)
{
	xsmcSetUnsigned(xsResult, p1_brown_out_count());
}

/* (): bytes. */
void xs_p1_free_heap_bytes(xsMachine *the)
{
	xsmcSetUnsigned(xsResult, p1_free_heap_bytes());
}

/* (): bytes. */
void xs_p1_minimum_free_heap_bytes(xsMachine *the)
{
	xsmcSetUnsigned(xsResult, p1_minimum_free_heap_bytes());
}

/* (): 12 hex digits, or "". */
void xs_p1_mac_address(xsMachine *the)
{
	xsmcSetStringX(xsResult, (char *)p1_mac_address());
}
