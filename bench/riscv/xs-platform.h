/*
 * The engine's platform layer for a bare rv32imc machine with picolibc: files, standard output and the exit code go through
 * semihosting, there are no threads, and slots are 16 bytes as on an ESP32-C3. Included by the engine as XSPLATFORM.
 */
#pragma once

#undef mxLittleEndian
#define mxLittleEndian 1

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define mxUseDefaultBuildKeys 1
#define mxUseDefaultChunkAllocation 1
#define mxUseDefaultSlotAllocation 1
#define mxUseDefaultFindModule 1
#define mxUseDefaultLoadModule 1
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1

#define mxCESU8 1
#define C_PATH_MAX 256 /* picolibc has no PATH_MAX */

/* Fields of ours at the end of the engine's machine record. */
#define mxMachinePlatform \
	void* waiterCondition; \
	void* waiterData; \
	txMachine* waiterLink; \
	int promiseJobs;

/* What now() returns to scripts: instructions retired since reset. Exact only when QEMU runs with -icount. */
static inline double hostNow(void) {
	uint32_t low, high, again;
	do {
		__asm__ volatile("rdinstreth %0" : "=r"(high));
		__asm__ volatile("rdinstret %0" : "=r"(low));
		__asm__ volatile("rdinstreth %0" : "=r"(again));
	} while (high != again);
	return high * 4294967296.0 + low;
}
