#ifndef P1_WIFI_CONTROL_H
#define P1_WIFI_CONTROL_H

#include <stdint.h>

int32_t p1_wifi_start(int32_t powerQuarterDbm, int32_t legacyRates, int32_t powerSave);
int32_t p1_wifi_set_power(int32_t powerQuarterDbm);
int32_t p1_wifi_power(void);
int32_t p1_wifi_set_power_save(int32_t powerSave);
int32_t p1_wifi_disconnect_reason(void);
int32_t p1_wifi_join(const char *ssid, const char *password, int32_t channel);
int32_t p1_wifi_leave(void);
int32_t p1_wifi_is_associated(void);
uint32_t p1_wifi_disconnections(void);
int32_t p1_wifi_access_point_start(const char *ssid, const char *password, int32_t channel);
int32_t p1_wifi_access_point_stop(void);
int32_t p1_wifi_ask_gateway(void);

#endif
