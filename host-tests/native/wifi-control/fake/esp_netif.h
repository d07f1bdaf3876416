#include "esp_err.h"

typedef struct esp_netif_obj esp_netif_t;

typedef esp_err_t (*esp_netif_callback_fn)(void *context);

esp_err_t esp_netif_init(void);
esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key);
esp_err_t esp_netif_tcpip_exec(esp_netif_callback_fn callback, void *context);
