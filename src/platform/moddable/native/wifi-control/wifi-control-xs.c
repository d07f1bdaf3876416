/* wifi-control.c for JavaScript: false is a driver that refused. */

#include "xsmc.h"
#include "mc.xs.h"

#include "wifi-control.h"

/* Two strings. What is no string becomes one first: that allocates, and moves what others are in. */
static void stringsOf(xsMachine *the, const char **first, const char **second)
{
	xsmcToString(xsArg(1));
	*first = xsmcToString(xsArg(0));
	*second = xsmcToString(xsArg(1));
}

/* (powerQuarterDbm, legacyRates, powerSave) */
void xs_p1_wifi_start(xsMachine *the)
{
	int32_t power = xsmcToInteger(xsArg(0)), legacyRates = xsmcTest(xsArg(1)), powerSave = xsmcToInteger(xsArg(2));

	xsmcSetBoolean(xsResult, p1_wifi_start(power, legacyRates, powerSave) == 0);
}

/* (powerQuarterDbm) */
void xs_p1_wifi_set_power(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_wifi_set_power(xsmcToInteger(xsArg(0))) == 0);
}

/* (): quarter dBm; 0 while the radio is off. */
void xs_p1_wifi_power(xsMachine *the)
{
	xsmcSetInteger(xsResult, p1_wifi_power());
}

/* (powerSave) */
void xs_p1_wifi_set_power_save(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_wifi_set_power_save(xsmcToInteger(xsArg(0))) == 0);
}

/* (): wifi_err_reason_t, or 0. */
void xs_p1_wifi_disconnect_reason(xsMachine *the)
{
	xsmcSetInteger(xsResult, p1_wifi_disconnect_reason());
}

/* (ssid, password, channel) */
void xs_p1_wifi_join(xsMachine *the)
{
	int32_t channel = xsmcToInteger(xsArg(2));
	const char *ssid, *password;

	stringsOf(the, &ssid, &password);
	xsmcSetBoolean(xsResult, p1_wifi_join(ssid, password, channel) == 0);
}

/* () */
void xs_p1_wifi_leave(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_wifi_leave() == 0);
}

/* () */
void xs_p1_wifi_is_associated(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_wifi_is_associated() != 0);
}

/* (): a count that wraps. */
void xs_p1_wifi_disconnections(xsMachine *the)
{
	xsmcSetUnsigned(xsResult, p1_wifi_disconnections());
}

/* (ssid, password, channel) */
void xs_p1_wifi_access_point_start(xsMachine *the)
{
	int32_t channel = xsmcToInteger(xsArg(2));
	const char *ssid, *password;

	stringsOf(the, &ssid, &password);
	xsmcSetBoolean(xsResult, p1_wifi_access_point_start(ssid, password, channel) == 0);
}

/* () */
void xs_p1_wifi_access_point_stop(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_wifi_access_point_stop() == 0);
}

/* (): whether the gateway has answered since the last time. */
void xs_p1_wifi_ask_gateway(xsMachine *the)
{
	xsmcSetBoolean(xsResult, p1_wifi_ask_gateway() != 0);
}
