/** Bytes of XS slots and chunks in use; garbage that was not collected yet counts. */
export const heapUsedBytes: () => number = native("xs_heap_used");
/** Bytes of XS slots and chunks that were reserved, used or not. */
export const heapTotalBytes: () => number = native("xs_heap_total");
