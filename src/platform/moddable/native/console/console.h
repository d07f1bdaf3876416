#ifndef P1_CONSOLE_H
#define P1_CONSOLE_H

#include <stdint.h>

int32_t p1_console_open(void);
int32_t p1_console_read(uint8_t *bytes, uint32_t size);
int32_t p1_console_write(const uint8_t *bytes, uint32_t count);
void p1_console_close(void);

#endif
