/*
 * What the firmware asks of Linux and the SDK does not offer there: a clock that never jumps, files that survive a power
 * cut, the system's own name lookup (hosts file, mDNS), the end of the process, and figures of memory.
 *
 * Every function is called from JavaScript by linux/host.ts and runs on the main thread, as do the callbacks.
 */

#include "xsAll.h"
#include "xs.h"
#include "mc.xs.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* More is not a settings file. */
#define FILE_BYTES_MAX (65536)

typedef struct {
	xsMachine *the;
	xsSlot function;
} Callback;

static Callback *callbackNew(xsMachine *the, xsSlot function)
{
	Callback *callback = g_new0(Callback, 1);

	callback->the = the;
	callback->function = function;
	xsRemember(callback->function);
	return callback;
}

static void callbackFree(Callback *callback)
{
	xsMachine *the = callback->the;

	xsForget(callback->function);
	g_free(callback);
}

/* (): milliseconds since the machine booted; not set by anybody, so it never jumps. */
void xs_linux_ticks(xsMachine *the)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	xsResult = xsNumber((double)now.tv_sec * 1000.0 + (double)(now.tv_nsec / 1000000));
}

/* (name): the environment variable, or undefined. */
void xs_linux_environment(xsMachine *the)
{
	const char *value = getenv(xsToString(xsArg(0)));

	if (value && g_utf8_validate(value, -1, NULL))
		xsResult = xsString((char *)value);
}

/* (path): the file's text, or undefined when there is none. Throws when it is there but cannot be used. */
void xs_linux_read_file(xsMachine *the)
{
	GError *error = NULL;
	char *text = NULL;
	gsize length = 0;

	if (!g_file_get_contents(xsToString(xsArg(0)), &text, &length, &error)) {
		char why[160];
		int isAbsent = g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);

		g_strlcpy(why, error->message, sizeof(why));
		g_error_free(error);
		if (isAbsent)
			return;
		xsUnknownError("%s", why);
	}
	if ((length > FILE_BYTES_MAX) || !g_utf8_validate(text, (gssize)length, NULL)) {
		g_free(text);
		xsUnknownError("not a text file of at most 64 KiB");
	}
	xsTry {
		xsResult = xsString(text);
	}
	xsCatch {
		g_free(text);
		xsThrow(xsException);
	}
	g_free(text);
}

/* (path, text): replaces the file, readable by its owner only; after a power cut the old or the new text is there. */
void xs_linux_write_file(xsMachine *the)
{
	GError *error = NULL;
	const char *path = xsToString(xsArg(0));
	const char *text = xsToString(xsArg(1));

	if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error)) {
		char why[160];

		g_strlcpy(why, error->message, sizeof(why));
		g_error_free(error);
		xsUnknownError("%s", why);
	}
}

/* (status): ends the process. */
void xs_linux_exit(xsMachine *the)
{
	int status = xsToInteger(xsArg(0));

	fflush(stdout);
	fflush(stderr);
	_exit(status);
}

/* (): the same program in the same process, from the beginning; its sockets close on exec. */
void xs_linux_restart(xsMachine *the)
{
	gchar *line = NULL;
	gsize length = 0;
	gchar *arguments[64];
	gsize count = 0, at = 0;

	(void)the;
	fflush(stdout);
	fflush(stderr);
	if (g_file_get_contents("/proc/self/cmdline", &line, &length, NULL)) {
		while ((at < length) && (count < G_N_ELEMENTS(arguments) - 1)) {
			arguments[count++] = line + at;
			at += strlen(line + at) + 1;
		}
		arguments[count] = NULL;
		execv("/proc/self/exe", arguments);
	}
	_exit(1);
}

static gboolean stopRequested(gpointer data)
{
	Callback *callback = data;

	xsBeginHost(callback->the);
	xsCallFunction0(callback->function, xsGlobal);
	xsEndHost();
	return G_SOURCE_CONTINUE;
}

/* (callback): called for SIGINT and SIGTERM, for as long as the process lives. */
void xs_linux_on_stop(xsMachine *the)
{
	g_unix_signal_add(SIGINT, stopRequested, callbackNew(the, xsArg(0)));
	g_unix_signal_add(SIGTERM, stopRequested, callbackNew(the, xsArg(0)));
}

static void resolved(GObject *source, GAsyncResult *result, gpointer data)
{
	Callback *callback = data;
	GList *addresses = g_resolver_lookup_by_name_with_flags_finish(G_RESOLVER(source), result, NULL);
	char *address = addresses ? g_inet_address_to_string(G_INET_ADDRESS(addresses->data)) : NULL;

	xsBeginHost(callback->the);
	if (address)
		xsCallFunction1(callback->function, xsGlobal, xsString(address));
	else
		xsCallFunction1(callback->function, xsGlobal, xsUndefined);
	xsEndHost();
	g_free(address);
	if (addresses)
		g_resolver_free_addresses(addresses);
	callbackFree(callback);
}

/* (name, callback): calls back once, later, with an IPv4 address as text or with undefined. */
void xs_linux_resolve(xsMachine *the)
{
	GResolver *resolver = g_resolver_get_default();

	g_resolver_lookup_by_name_with_flags_async(
		resolver, xsToString(xsArg(0)), G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY, NULL, resolved, callbackNew(the, xsArg(1)));
	g_object_unref(resolver);
}

/* (): bytes of the process in memory. */
void xs_linux_resident(xsMachine *the)
{
	long pages = 0, ignored = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file)
		return;
	if (2 == fscanf(file, "%ld %ld", &ignored, &pages))
		xsResult = xsNumber((double)pages * (double)sysconf(_SC_PAGESIZE));
	fclose(file);
}
