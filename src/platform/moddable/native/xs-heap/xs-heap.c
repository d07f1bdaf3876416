/* How much of the JavaScript heap is used: XS counts it in every build, but tells it to its debugger only. */

#include "xsAll.h"
#include "xs.h"
#include "mc.xs.h"

/* (): bytes of slots and chunks in use; garbage that was not collected yet counts. */
void xs_heap_used(xsMachine *the)
{
	xsResult = xsNumber((double)the->currentHeapCount * sizeof(txSlot) + (double)the->currentChunksSize);
}

/* (): bytes of slots and chunks that were reserved, used or not. */
void xs_heap_total(xsMachine *the)
{
	xsResult = xsNumber((double)the->maximumHeapCount * sizeof(txSlot) + (double)the->maximumChunksSize);
}
