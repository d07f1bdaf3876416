/* Runs wifi-control.c against a driver that insists on ESP-IDF's order of calls and can fail at any of them. */
#include "wifi-control.c"
#include "scenario.h"

static struct {
	int failAt, calls;
	bool netif, loop, station, access, initialised, started, rates11bOff;
	wifi_mode_t mode;
	int8_t power;
	wifi_ps_type_t powerSave;
	esp_event_handler_t handler, connectedHandler;
	wifi_config_t accessConfig, stationConfig;
	bool connecting;
	bool inTcpip, gatewayAnswers, gatewayKnown;
	struct netif interface;
} driver;

static esp_err_t step(void)
{
	driver.calls += 1;
	return (driver.calls == driver.failAt) ? ESP_FAIL : ESP_OK;
}

/* Does what the call is for, unless it is the one that fails. */
#define STEP(action) \
	do { \
		if (ESP_OK != step()) \
			return ESP_FAIL; \
		action; \
		return ESP_OK; \
	} while (0)

esp_err_t esp_netif_init(void)
{
	STEP(driver.netif = true);
}

esp_err_t esp_event_loop_create_default(void)
{
	if (driver.loop)
		return ESP_ERR_INVALID_STATE;
	STEP(driver.loop = true);
}

/* Like the real ones, these end the program when the interface exists already. */
esp_netif_t *esp_netif_create_default_wifi_sta(void)
{
	CHECK(driver.netif && driver.loop && !driver.station);
	driver.station = true;
	return (esp_netif_t *)&driver.station;
}

esp_netif_t *esp_netif_create_default_wifi_ap(void)
{
	CHECK(driver.netif && !driver.access);
	driver.access = true;
	return (esp_netif_t *)&driver.access;
}

void esp_netif_destroy_default_wifi(void *netif)
{
	CHECK(netif == &driver.station && driver.station);
	driver.station = false;
}

esp_err_t esp_event_handler_register(esp_event_base_t base, int32_t id, esp_event_handler_t handler, void *context)
{
	esp_event_handler_t *slot = (WIFI_EVENT_STA_CONNECTED == id) ? &driver.connectedHandler : &driver.handler;

	CHECK(!strcmp(WIFI_EVENT, base) && !context && !*slot);
	CHECK(WIFI_EVENT_STA_CONNECTED == id || WIFI_EVENT_STA_DISCONNECTED == id);
	STEP(*slot = handler);
}

esp_err_t esp_event_handler_unregister(esp_event_base_t base, int32_t id, esp_event_handler_t handler)
{
	esp_event_handler_t *slot = (WIFI_EVENT_STA_CONNECTED == id) ? &driver.connectedHandler : &driver.handler;

	CHECK(!strcmp(WIFI_EVENT, base));
	if (*slot != handler)
		return ESP_ERR_INVALID_ARG;
	*slot = NULL;
	return ESP_OK;
}

esp_err_t esp_wifi_init(const wifi_init_config_t *config)
{
	CHECK(driver.station && !driver.initialised && !config->nvs_enable && config->magic);
	STEP(driver.initialised = true);
}

esp_err_t esp_wifi_deinit(void)
{
	CHECK(driver.initialised && !driver.started);
	driver.initialised = driver.rates11bOff = false;
	driver.mode = WIFI_MODE_NULL;
	return ESP_OK;
}

esp_err_t esp_wifi_set_storage(wifi_storage_t storage)
{
	CHECK(driver.initialised && WIFI_STORAGE_RAM == storage);
	return step();
}

esp_err_t esp_wifi_set_mode(wifi_mode_t mode)
{
	if (!driver.initialised)
		return ESP_ERR_WIFI_NOT_INIT;
	STEP(driver.mode = mode);
}

esp_err_t esp_wifi_get_mode(wifi_mode_t *mode)
{
	if (!driver.initialised)
		return ESP_ERR_WIFI_NOT_INIT;
	*mode = driver.mode;
	return ESP_OK;
}

esp_err_t esp_wifi_config_11b_rate(wifi_interface_t interface, bool disable)
{
	CHECK(driver.initialised && !driver.started && WIFI_IF_STA == interface);
	STEP(driver.rates11bOff = disable);
}

esp_err_t esp_wifi_start(void)
{
	CHECK(driver.initialised && WIFI_MODE_STA == driver.mode);
	STEP(driver.started = true);
}

esp_err_t esp_wifi_stop(void)
{
	driver.started = false;
	return ESP_OK;
}

esp_err_t esp_wifi_set_max_tx_power(int8_t power)
{
	if (!driver.started)
		return ESP_ERR_WIFI_NOT_INIT;
	CHECK(power >= 8 && power <= 84);
	STEP(driver.power = power);
}

esp_err_t esp_wifi_get_max_tx_power(int8_t *power)
{
	if (!driver.started)
		return ESP_ERR_WIFI_NOT_INIT;
	*power = driver.power;
	return ESP_OK;
}

esp_err_t esp_wifi_set_ps(wifi_ps_type_t type)
{
	if (!driver.started)
		return ESP_ERR_WIFI_NOT_INIT;
	STEP(driver.powerSave = type);
}

esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t *config)
{
	if (WIFI_IF_STA == interface)
		STEP(driver.stationConfig = *config);
	CHECK(WIFI_MODE_APSTA == driver.mode);
	STEP(driver.accessConfig = *config);
}

esp_err_t esp_wifi_connect(void)
{
	CHECK(driver.started);
	STEP(driver.connecting = true);
}

esp_err_t esp_wifi_disconnect(void)
{
	if (!driver.started)
		return ESP_ERR_WIFI_NOT_INIT;
	STEP(driver.connecting = false);
}

esp_netif_t *esp_netif_get_handle_from_ifkey(const char *key)
{
	return (driver.station && !strcmp("WIFI_STA_DEF", key)) ? (esp_netif_t *)&driver.station : NULL;
}

void *esp_netif_get_netif_impl(esp_netif_t *netif)
{
	CHECK((void *)netif == &driver.station);
	return &driver.interface;
}

esp_err_t esp_netif_tcpip_exec(esp_netif_callback_fn callback, void *context)
{
	esp_err_t result;

	driver.inTcpip = true;
	result = (*callback)(context);
	driver.inTcpip = false;
	/* The answer comes when the caller has gone on. */
	driver.gatewayKnown = driver.gatewayAnswers;
	return result;
}

/* lwIP's table must not be touched from elsewhere than its task. */
ssize_t etharp_find_addr(struct netif *netif, const ip4_addr_t *address, struct eth_addr **ethernet, const ip4_addr_t **found)
{
	static struct eth_addr gateway;

	CHECK(driver.inTcpip && netif == &driver.interface && address == &driver.interface.gateway);
	if (!driver.gatewayKnown)
		return -1;
	*ethernet = &gateway;
	*found = address;
	return 0;
}

void etharp_cleanup_netif(struct netif *netif)
{
	CHECK(driver.inTcpip && netif == &driver.interface);
	driver.gatewayKnown = false;
}

err_t etharp_request(struct netif *netif, const ip4_addr_t *address)
{
	/* Before the table is emptied the answer would be lost. */
	CHECK(driver.inTcpip && !driver.gatewayKnown);
	CHECK(netif == &driver.interface && address == &driver.interface.gateway);
	return 0;
}

static void startsWithLowPower(void)
{
	CHECK(ESP_OK == p1_wifi_start(34, 0, 2));
	CHECK(driver.started && driver.rates11bOff);
	CHECK(34 == driver.power && 34 == p1_wifi_power());
	CHECK(WIFI_PS_MAX_MODEM == driver.powerSave);
	CHECK(ESP_ERR_INVALID_STATE == p1_wifi_start(34, 0, 2));
}

static void keepsLegacyRatesOnRequest(void)
{
	CHECK(ESP_OK == p1_wifi_start(80, 1, 0));
	CHECK(driver.started && !driver.rates11bOff);
}

static void refusesBadValues(void)
{
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_start(7, 0, 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_start(81, 0, 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_start(34, 0, 3));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_start(34, 0, -1));
	CHECK(0 == driver.calls && !driver.station);
	CHECK(ESP_OK != p1_wifi_set_power(34));
	CHECK(0 == p1_wifi_power());
	CHECK(ESP_OK == p1_wifi_start(34, 0, 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_set_power(300));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_set_power_save(9));
	CHECK(ESP_OK == p1_wifi_set_power(8) && 8 == driver.power);
	CHECK(ESP_OK == p1_wifi_set_power_save(1) && WIFI_PS_MIN_MODEM == driver.powerSave);
}

static void undoesAHalfStart(void)
{
	int at, steps;

	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	steps = driver.calls;
	CHECK(11 == steps);
	for (at = 1; at <= steps; at += 1) {
		memset(&driver, 0, sizeof(driver));
		driver.failAt = at;
		CHECK(ESP_OK != p1_wifi_start(34, 0, 1));
		CHECK(!driver.station && !driver.initialised && !driver.started && !driver.handler && !driver.connectedHandler);
		driver.failAt = 0;
		CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
		CHECK(driver.started && driver.handler);
	}
}

static void remembersWhyItWasDisconnected(void)
{
	wifi_event_sta_disconnected_t event = {.reason = 202};

	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	CHECK(0 == p1_wifi_disconnect_reason());
	(*driver.handler)(NULL, WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, &event);
	CHECK(202 == p1_wifi_disconnect_reason());
}

static void countsWhatEnds(void)
{
	wifi_event_sta_disconnected_t event = {.reason = 8};

	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	CHECK(0 == p1_wifi_is_associated() && 0 == p1_wifi_disconnections());
	(*driver.connectedHandler)(NULL, WIFI_EVENT, WIFI_EVENT_STA_CONNECTED, NULL);
	CHECK(1 == p1_wifi_is_associated() && 0 == p1_wifi_disconnections());
	(*driver.handler)(NULL, WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, &event);
	CHECK(0 == p1_wifi_is_associated() && 1 == p1_wifi_disconnections());
	(*driver.handler)(NULL, WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, &event);
	CHECK(2 == p1_wifi_disconnections());
}

static void joins(void)
{
	char longest[33] = "abcdefghijklmnopqrstuvwxyz012345";
	char key[64];
	wifi_sta_config_t *station = &driver.stationConfig.sta;

	memset(key, 'k', 63);
	key[63] = 0;
	CHECK(ESP_ERR_WIFI_NOT_INIT == p1_wifi_join("home", "password", 0));
	CHECK(ESP_ERR_WIFI_NOT_INIT == p1_wifi_leave());
	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	CHECK(ESP_OK == p1_wifi_join("home", "password", 0));
	CHECK(driver.connecting && !strcmp("home", (char *)station->ssid) && !strcmp("password", (char *)station->password));
	CHECK(0 == station->channel && WIFI_ALL_CHANNEL_SCAN == station->scan_method);
	CHECK(WIFI_AUTH_WPA2_PSK == station->threshold.authmode && station->pmf_cfg.capable && !station->pmf_cfg.required);
	CHECK(WPA3_SAE_PWE_BOTH == station->sae_pwe_h2e);
	CHECK(ESP_OK == p1_wifi_leave() && !driver.connecting);
	CHECK(ESP_OK == p1_wifi_join("guests", "", 11));
	CHECK(11 == station->channel && WIFI_FAST_SCAN == station->scan_method);
	CHECK(WIFI_AUTH_OPEN == station->threshold.authmode && 0 == station->password[0]);
	CHECK(ESP_OK == p1_wifi_join(longest, key, 13));
	CHECK(!memcmp(longest, station->ssid, 32) && !strcmp(key, (char *)station->password));
}

static void refusesABadJoin(void)
{
	char key[65];

	memset(key, 'k', 64);
	key[64] = 0;
	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_join("", "password", 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_join("abcdefghijklmnopqrstuvwxyz0123456", "password", 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_join("home", "passwor", 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_join("home", key, 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_join("home", "password", 14));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_join("home", "password", -1));
	CHECK(!driver.connecting);
	driver.failAt = driver.calls + 1;
	CHECK(ESP_FAIL == p1_wifi_join("home", "password", 0) && !driver.connecting);
	driver.failAt = driver.calls + 2;
	CHECK(ESP_FAIL == p1_wifi_join("home", "password", 0) && !driver.connecting);
	CHECK(ESP_OK == p1_wifi_join("home", "password", 0) && driver.connecting);
}

static void opensAnAccessPoint(void)
{
	char longest[33] = "abcdefghijklmnopqrstuvwxyz012345";
	char key[64];

	memset(key, 'k', 63);
	key[63] = 0;
	CHECK(ESP_ERR_WIFI_NOT_INIT == p1_wifi_access_point_start("P1-ABCDEF", "password", 6));
	CHECK(ESP_ERR_WIFI_NOT_INIT == p1_wifi_access_point_stop());
	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	CHECK(ESP_OK == p1_wifi_access_point_start("P1-ABCDEF", "password", 6));
	CHECK(WIFI_MODE_APSTA == driver.mode);
	CHECK(9 == driver.accessConfig.ap.ssid_len && !memcmp("P1-ABCDEF", driver.accessConfig.ap.ssid, 9));
	CHECK(!strcmp("password", (char *)driver.accessConfig.ap.password));
	CHECK(WIFI_AUTH_WPA2_PSK == driver.accessConfig.ap.authmode);
	CHECK(6 == driver.accessConfig.ap.channel);
	CHECK(ESP_OK == p1_wifi_access_point_stop() && WIFI_MODE_STA == driver.mode);
	CHECK(ESP_OK == p1_wifi_access_point_start(longest, key, 13));
	CHECK(32 == driver.accessConfig.ap.ssid_len && !strcmp(key, (char *)driver.accessConfig.ap.password));
}

static void refusesABadAccessPoint(void)
{
	char key[65];

	memset(key, 'k', 64);
	key[64] = 0;
	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_access_point_start("", "password", 6));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_access_point_start("abcdefghijklmnopqrstuvwxyz0123456", "password", 6));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_access_point_start("P1", "passwor", 6));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_access_point_start("P1", key, 6));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_access_point_start("P1", "password", 0));
	CHECK(ESP_ERR_INVALID_ARG == p1_wifi_access_point_start("P1", "password", 14));
	CHECK(WIFI_MODE_STA == driver.mode);
	driver.failAt = driver.calls + 2;
	CHECK(ESP_FAIL == p1_wifi_access_point_start("P1", "password", 6));
	CHECK(WIFI_MODE_STA == driver.mode);
	CHECK(ESP_OK == p1_wifi_access_point_start("P1", "password", 6));
}

static void asksTheGateway(void)
{
	CHECK(0 == p1_wifi_ask_gateway());
	CHECK(ESP_OK == p1_wifi_start(34, 0, 1));
	driver.gatewayAnswers = true;
	CHECK(0 == p1_wifi_ask_gateway());
	CHECK(1 == p1_wifi_ask_gateway());
	driver.gatewayAnswers = false;
	CHECK(1 == p1_wifi_ask_gateway());
	CHECK(0 == p1_wifi_ask_gateway());
	CHECK(0 == p1_wifi_ask_gateway());
}

static const Scenario scenarios[] = {
	{"starts with 11b off, low power and modem sleep", startsWithLowPower},
	{"keeps the 11b rates on request", keepsLegacyRatesOnRequest},
	{"refuses values out of range", refusesBadValues},
	{"undoes a half start, whichever step failed", undoesAHalfStart},
	{"remembers why it was disconnected", remembersWhyItWasDisconnected},
	{"counts what ends, and knows whether it is in a network", countsWhatEnds},
	{"joins: everywhere, or fast where the network was; WPA2 or better with a password", joins},
	{"refuses a bad join", refusesABadJoin},
	{"opens a WPA2 access point beside the station", opensAnAccessPoint},
	{"refuses a bad access point", refusesABadAccessPoint},
	{"knows whether the gateway has answered since it was asked", asksTheGateway},
};

static void nothing(void)
{
}

int main(int argc, char **argv)
{
	return RUN_SCENARIOS(nothing, nothing);
}
