/*
 * Enough of a platform to compile what xsl makes (mc.xs.c) for its size alone: byte code, preloaded heap and tables in
 * flash, aliases in RAM. Slots are 16 bytes as on the chip, since pointers are 32 bits.
 */
#ifndef SIZE_XS_PLATFORM_H
#define SIZE_XS_PLATFORM_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define mxExport extern
#define mxImport
#define mxBigEndian 0
#define mxLittleEndian 1
#define mxiOS 0
#define mxLinux 0
#define mxMacOSX 0
#define mxWindows 0
#define XS_FUNCTION_NORETURN __attribute__((noreturn))
#define XS_FUNCTION_ANALYZER_NORETURN
#define ICACHE_FLASH_ATTR
#define ICACHE_RODATA_ATTR
#define ICACHE_RAM_ATTR
#define mxFallThrough ((void)0)
#define mxTableMinLength 1
#define mxMachinePlatform void *platform[7];

typedef int8_t txS1;
typedef uint8_t txU1;
typedef int16_t txS2;
typedef uint16_t txU2;
typedef int32_t txS4;
typedef uint32_t txU4;
typedef int64_t txS8;
typedef uint64_t txU8;
typedef void *txSocket;
#define mxNoSocket NULL

#define C_PATH_MAX 256
#define C_NULL NULL
#define C_NAN NAN
#define C_INFINITY INFINITY
#define c_va_list va_list
#define c_jmp_buf jmp_buf

#endif
