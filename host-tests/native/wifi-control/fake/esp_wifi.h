/* ESP-IDF v6.0's esp_wifi.h, esp_wifi_types_generic.h and esp_wifi_default.h, as far as they are used. */
#include <stdbool.h>
#include <stdint.h>

#include "esp_err.h"
#include "esp_event.h"
#include "esp_netif.h"

#define ESP_ERR_WIFI_NOT_INIT (0x3001)

typedef enum { WIFI_MODE_NULL, WIFI_MODE_STA, WIFI_MODE_AP, WIFI_MODE_APSTA } wifi_mode_t;
typedef enum { WIFI_IF_STA, WIFI_IF_AP } wifi_interface_t;
typedef enum { WIFI_PS_NONE, WIFI_PS_MIN_MODEM, WIFI_PS_MAX_MODEM } wifi_ps_type_t;
typedef enum { WIFI_STORAGE_FLASH, WIFI_STORAGE_RAM } wifi_storage_t;
typedef enum { WIFI_AUTH_OPEN = 0, WIFI_AUTH_WPA2_PSK = 3 } wifi_auth_mode_t;
#define WIFI_EVENT ("WIFI_EVENT")
#define WIFI_EVENT_STA_CONNECTED (4)
#define WIFI_EVENT_STA_DISCONNECTED (5)
typedef enum { WIFI_FAST_SCAN, WIFI_ALL_CHANNEL_SCAN } wifi_scan_method_t;
typedef enum { WIFI_CONNECT_AP_BY_SIGNAL, WIFI_CONNECT_AP_BY_SECURITY } wifi_sort_method_t;
typedef enum { WPA3_SAE_PWE_UNSPECIFIED, WPA3_SAE_PWE_HUNT_AND_PECK, WPA3_SAE_PWE_HASH_TO_ELEMENT, WPA3_SAE_PWE_BOTH } wifi_sae_pwe_method_t;

typedef struct {
	int nvs_enable;
	int magic;
} wifi_init_config_t;
#define WIFI_INIT_CONFIG_DEFAULT() {.nvs_enable = 1, .magic = 0x1F2F3F4F}

typedef struct {
	uint8_t ssid[32];
	uint8_t password[64];
	uint8_t ssid_len;
	uint8_t channel;
	wifi_auth_mode_t authmode;
	uint8_t max_connection;
	uint16_t beacon_interval;
} wifi_ap_config_t;

typedef struct {
	uint8_t ssid[32];
	uint8_t password[64];
	wifi_scan_method_t scan_method;
	uint8_t channel;
	wifi_sort_method_t sort_method;
	struct {
		int8_t rssi;
		wifi_auth_mode_t authmode;
	} threshold;
	struct {
		bool capable;
		bool required;
	} pmf_cfg;
	wifi_sae_pwe_method_t sae_pwe_h2e;
} wifi_sta_config_t;

typedef union {
	wifi_ap_config_t ap;
	wifi_sta_config_t sta;
} wifi_config_t;

typedef struct {
	uint8_t reason;
} wifi_event_sta_disconnected_t;

esp_netif_t *esp_netif_create_default_wifi_sta(void);
esp_netif_t *esp_netif_create_default_wifi_ap(void);
void esp_netif_destroy_default_wifi(void *netif);
esp_err_t esp_wifi_init(const wifi_init_config_t *config);
esp_err_t esp_wifi_deinit(void);
esp_err_t esp_wifi_set_storage(wifi_storage_t storage);
esp_err_t esp_wifi_set_mode(wifi_mode_t mode);
esp_err_t esp_wifi_get_mode(wifi_mode_t *mode);
esp_err_t esp_wifi_config_11b_rate(wifi_interface_t interface, bool disable);
esp_err_t esp_wifi_start(void);
esp_err_t esp_wifi_stop(void);
esp_err_t esp_wifi_connect(void);
esp_err_t esp_wifi_disconnect(void);
esp_err_t esp_wifi_set_max_tx_power(int8_t power);
esp_err_t esp_wifi_get_max_tx_power(int8_t *power);
esp_err_t esp_wifi_set_ps(wifi_ps_type_t type);
esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config);
