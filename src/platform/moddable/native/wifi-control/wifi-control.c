/*
 * Wi-Fi started the way a 250 mA supply needs it.
 *
 * The SDK's Wi-Fi class starts the driver with 11b and full power, and ESP-IDF lets 11b be turned off only between
 * esp_wifi_init and esp_wifi_start (esp_wifi.h, esp_wifi_config_11b_rate). So the driver is brought up here; the SDK's
 * class (embedded:network/interface/wifi) adopts a driver that runs already. The SDK's older module "wifi" does not: it
 * would make a second station interface and abort, so the access point is made here too.
 *
 * Joining is done here as well. The SDK's class takes the event that ends an old connection for the end of a new attempt, and
 * searches every channel although it is told one; and events are only counted here, so that nothing is lost between looks.
 */

#include "wifi-control.h"

#include <string.h>

#include "esp_err.h"
#include "esp_event.h"
#include "esp_netif.h"
#include "esp_netif_net_stack.h"
#include "esp_wifi.h"
#include "lwip/etharp.h"

/* Quarter dBm, esp_wifi_set_max_tx_power: 2 to 20 dBm; the API takes 84, which is 20 dBm as well. */
#define POWER_MIN (8)
#define POWER_MAX (80)

#define SSID_MAX (32)
#define PASSWORD_MIN (8)
#define PASSWORD_MAX (63)
#define CHANNEL_MAX (13)
#define ACCESS_POINT_CLIENTS (4)

static esp_netif_t *accessPoint;
/* Written by the event task, read by JavaScript; a byte, so never half-written. */
static volatile uint8_t disconnectReason;
static volatile uint8_t associated;
/* A word, so never half-written either. */
static volatile uint32_t disconnections;

static void onDisconnected(void *context, esp_event_base_t base, int32_t id, void *data)
{
	(void)context;
	(void)base;
	(void)id;
	disconnectReason = ((wifi_event_sta_disconnected_t *)data)->reason;
	associated = 0;
	disconnections += 1;
}

static void onConnected(void *context, esp_event_base_t base, int32_t id, void *data)
{
	(void)context;
	(void)base;
	(void)id;
	(void)data;
	associated = 1;
}

static void unregisterHandlers(void)
{
	esp_event_handler_unregister(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, onDisconnected);
	esp_event_handler_unregister(WIFI_EVENT, WIFI_EVENT_STA_CONNECTED, onConnected);
}

static uint8_t isPower(int32_t powerQuarterDbm)
{
	return (powerQuarterDbm >= POWER_MIN) && (powerQuarterDbm <= POWER_MAX);
}

static uint8_t isPowerSave(int32_t powerSave)
{
	return (powerSave >= WIFI_PS_NONE) && (powerSave <= WIFI_PS_MAX_MODEM);
}

/* From esp_wifi_init on; whoever calls takes the driver down again when it fails. */
static esp_err_t configureAndStart(int32_t powerQuarterDbm, int32_t legacyRates, int32_t powerSave)
{
	esp_err_t error = esp_wifi_set_storage(WIFI_STORAGE_RAM);

	if (ESP_OK == error)
		error = esp_wifi_set_mode(WIFI_MODE_STA);
	if ((ESP_OK == error) && !legacyRates)
		error = esp_wifi_config_11b_rate(WIFI_IF_STA, true);
	if (ESP_OK == error)
		error = esp_event_handler_register(WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, onDisconnected, NULL);
	if (ESP_OK == error)
		error = esp_event_handler_register(WIFI_EVENT, WIFI_EVENT_STA_CONNECTED, onConnected, NULL);
	if (ESP_OK == error)
		error = esp_wifi_start();
	if (ESP_OK == error)
		error = esp_wifi_set_max_tx_power((int8_t)powerQuarterDbm);
	if (ESP_OK == error)
		error = esp_wifi_set_ps((wifi_ps_type_t)powerSave);
	if (ESP_OK != error) {
		esp_wifi_stop();
		unregisterHandlers();
	}
	return error;
}

/* Once, before the SDK's Wi-Fi class is used. `powerSave`: 0 none, 1 minimum, 2 maximum modem sleep. */
int32_t p1_wifi_start(int32_t powerQuarterDbm, int32_t legacyRates, int32_t powerSave)
{
	wifi_init_config_t config = WIFI_INIT_CONFIG_DEFAULT();
	esp_netif_t *station;
	wifi_mode_t mode;
	esp_err_t error;

	if (!isPower(powerQuarterDbm) || !isPowerSave(powerSave))
		return ESP_ERR_INVALID_ARG;
	if (ESP_OK == esp_wifi_get_mode(&mode))
		return ESP_ERR_INVALID_STATE;
	error = esp_netif_init();
	if (ESP_OK != error)
		return error;
	error = esp_event_loop_create_default();
	if ((ESP_OK != error) && (ESP_ERR_INVALID_STATE != error))
		return error;
	station = esp_netif_create_default_wifi_sta();
	config.nvs_enable = 0;
	error = esp_wifi_init(&config);
	if (ESP_OK == error) {
		error = configureAndStart(powerQuarterDbm, legacyRates, powerSave);
		if (ESP_OK == error)
			return ESP_OK;
		esp_wifi_deinit();
	}
	esp_netif_destroy_default_wifi(station);
	return error;
}

int32_t p1_wifi_set_power(int32_t powerQuarterDbm)
{
	return isPower(powerQuarterDbm) ? esp_wifi_set_max_tx_power((int8_t)powerQuarterDbm) : ESP_ERR_INVALID_ARG;
}

/* What the driver really uses: it rounds down to steps. 0 when it is not started. */
int32_t p1_wifi_power(void)
{
	int8_t powerQuarterDbm;

	return (ESP_OK == esp_wifi_get_max_tx_power(&powerQuarterDbm)) ? powerQuarterDbm : 0;
}

int32_t p1_wifi_set_power_save(int32_t powerSave)
{
	return isPowerSave(powerSave) ? esp_wifi_set_ps((wifi_ps_type_t)powerSave) : ESP_ERR_INVALID_ARG;
}

/* wifi_err_reason_t of the last disconnection; 0 when there was none. */
int32_t p1_wifi_disconnect_reason(void)
{
	return disconnectReason;
}

/*
 * Begins one attempt; the driver must be idle: after p1_wifi_leave wait until p1_wifi_disconnections has changed. `password`:
 * "" for an open network; with one, an access point must offer WPA2 or WPA3. `channel`: 1 to 13, where the network was last
 * seen: the first access point that answers is taken; 0: all are searched and the strongest is.
 */
int32_t p1_wifi_join(const char *ssid, const char *password, int32_t channel)
{
	wifi_config_t config = {0};
	size_t ssidLength = strlen(ssid);
	size_t passwordLength = strlen(password);
	wifi_mode_t mode;
	esp_err_t error;

	if ((0 == ssidLength) || (ssidLength > SSID_MAX) || (passwordLength > PASSWORD_MAX) ||
		((0 != passwordLength) && (passwordLength < PASSWORD_MIN)) || (channel < 0) || (channel > CHANNEL_MAX))
		return ESP_ERR_INVALID_ARG;
	error = esp_wifi_get_mode(&mode);
	if (ESP_OK != error)
		return error;
	memcpy(config.sta.ssid, ssid, ssidLength);
	memcpy(config.sta.password, password, passwordLength);
	config.sta.channel = (uint8_t)channel;
	config.sta.scan_method = channel ? WIFI_FAST_SCAN : WIFI_ALL_CHANNEL_SCAN;
	config.sta.sort_method = WIFI_CONNECT_AP_BY_SIGNAL;
	config.sta.threshold.authmode = passwordLength ? WIFI_AUTH_WPA2_PSK : WIFI_AUTH_OPEN;
	config.sta.pmf_cfg.capable = true;
	config.sta.sae_pwe_h2e = WPA3_SAE_PWE_BOTH;
	error = esp_wifi_set_config(WIFI_IF_STA, &config);
	return (ESP_OK == error) ? esp_wifi_connect() : error;
}

/* Ends a connection or an attempt; a disconnection follows, unless there was neither. */
int32_t p1_wifi_leave(void)
{
	return esp_wifi_disconnect();
}

int32_t p1_wifi_is_associated(void)
{
	return associated;
}

/* Attempts and connections that have ended since the start, for whatever reason; wraps. */
uint32_t p1_wifi_disconnections(void)
{
	return disconnections;
}

/* Beside the station, with WPA2. The strings are read before this returns. */
int32_t p1_wifi_access_point_start(const char *ssid, const char *password, int32_t channel)
{
	wifi_config_t config = {0};
	size_t ssidLength = strlen(ssid);
	size_t passwordLength = strlen(password);
	wifi_mode_t mode;
	esp_err_t error;

	if ((0 == ssidLength) || (ssidLength > SSID_MAX) || (passwordLength < PASSWORD_MIN) ||
		(passwordLength > PASSWORD_MAX) || (channel < 1) || (channel > CHANNEL_MAX))
		return ESP_ERR_INVALID_ARG;
	/* Without the driver there is no esp_netif yet, and creating an interface would abort. */
	error = esp_wifi_get_mode(&mode);
	if (ESP_OK != error)
		return error;
	memcpy(config.ap.ssid, ssid, ssidLength);
	memcpy(config.ap.password, password, passwordLength);
	config.ap.ssid_len = (uint8_t)ssidLength;
	config.ap.channel = (uint8_t)channel;
	config.ap.authmode = WIFI_AUTH_WPA2_PSK;
	config.ap.max_connection = ACCESS_POINT_CLIENTS;
	config.ap.beacon_interval = 100;
	if (!accessPoint)
		accessPoint = esp_netif_create_default_wifi_ap();
	error = esp_wifi_set_mode(WIFI_MODE_APSTA);
	if (ESP_OK != error)
		return error;
	error = esp_wifi_set_config(WIFI_IF_AP, &config);
	if (ESP_OK != error)
		esp_wifi_set_mode(WIFI_MODE_STA);
	return error;
}

int32_t p1_wifi_access_point_stop(void)
{
	return esp_wifi_set_mode(WIFI_MODE_STA);
}

/*
 * In lwIP's own task. What its table knows of the gateway's address was heard since the table was emptied here before. Nobody could
 * send anything through a gateway that does not answer this, whatever else it refuses.
 */
static esp_err_t askGateway(void *context)
{
	struct netif *netif = context;
	struct eth_addr *address;
	const ip4_addr_t *found;
	int hasAnswered = etharp_find_addr(netif, netif_ip4_gw(netif), &address, &found) >= 0;

	etharp_cleanup_netif(netif);
	etharp_request(netif, netif_ip4_gw(netif));
	return hasAnswered ? ESP_OK : ESP_FAIL;
}

/* Whether the station's gateway has answered since it was asked here before; asks it again (ARP). 0 without a gateway. */
int32_t p1_wifi_ask_gateway(void)
{
	esp_netif_t *station = esp_netif_get_handle_from_ifkey("WIFI_STA_DEF");
	void *netif = station ? esp_netif_get_netif_impl(station) : NULL;

	return netif && (ESP_OK == esp_netif_tcpip_exec(askGateway, netif));
}
