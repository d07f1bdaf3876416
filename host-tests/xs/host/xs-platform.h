/* The engine's platform layer for Linux and macOS: libc, no event loop, no debugger. Included by the engine as XSPLATFORM. */
#pragma once

#undef mxLittleEndian
#define mxLittleEndian 1
#if defined(__APPLE__)
#undef mxMacOSX
#define mxMacOSX 1
#else
#undef mxLinux
#define mxLinux 1
#endif

#include <arpa/inet.h>
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define mxUseGCCAtomics 1
#define mxUsePOSIXThreads 1
#define mxUseDefaultBuildKeys 1
#define mxUseDefaultChunkAllocation 1
#define mxUseDefaultSlotAllocation 1
#define mxUseDefaultFindModule 1
#define mxUseDefaultLoadModule 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1
#define mxUseDefaultDebug 1 /* no debugger, in builds that could have one */

#define mx32bitID 1 /* 64-bit builds take 32-bit property IDs; slots are 32 bytes */
#define mxCESU8 1

/* Fields of ours at the end of the engine's machine record. */
#define mxMachinePlatform \
	void* waiterCondition; \
	void* waiterData; \
	txMachine* waiterLink; \
	int promiseJobs;

/* What now() returns to scripts: microseconds. */
static inline double hostNow(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}
