#ifndef P1_DEVICE_CONTROL_H
#define P1_DEVICE_CONTROL_H

#include <stdint.h>

void p1_restart(void);
const char *p1_reset_reason(void);
const char *p1_image_board(void);
const char *p1_image_slot(void);
int32_t p1_image_is_pending(void);
int32_t p1_image_mark_valid(void);
int32_t p1_image_roll_back(void);
uint32_t p1_brown_out_count(void);
uint32_t p1_free_heap_bytes(void);
uint32_t p1_minimum_free_heap_bytes(void);
const char *p1_mac_address(void);

#endif
