/* The SDK's modules/io/common/builtinCommon.h, as far as it is used. */
#ifndef FAKE_BUILTIN_COMMON_H
#define FAKE_BUILTIN_COMMON_H

#include "xsmc.h"

uint8_t builtinIsPinFree(uint32_t pin);
uint8_t builtinUsePin(uint32_t pin);
void builtinFreePin(uint32_t pin);
xsSlot *builtinGetCallback(xsMachine *the, xsIdentifier id);
void builtinInitializeTarget(xsMachine *the);

#endif
