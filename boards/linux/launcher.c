/*
 * p1-dongle on Linux: runs the firmware (p1-dongle.so, made by the SDK's tools) without a display.
 *
 * The SDK builds a Linux app as a library for its simulator, which needs GTK and a screen. The library asks its host for
 * little more than the callbacks of a screen, so this program is such a host with no screen: a GLib main loop.
 */

#include <dlfcn.h>
#include <glib.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define mxLinux 1
#include "screen.h"

#ifndef P1_VERSION
#define P1_VERSION "unknown"
#endif

#define LIBRARY_NAME "p1-dongle.so"
/* A reader of XS's own abort codes finds them beside ours: 1 is a wrong command line, 2 a library that does not load. */
#define EXIT_USAGE (1)
#define EXIT_LIBRARY (2)
#define EXIT_ABORT_BASE (16)

static const char usage[] =
	"usage: p1-dongle [--settings FILE]\n"
	"\n"
	"  --settings FILE  JSON file with the settings, see docs/settings.md\n"
	"  --version        print the version\n"
	"  --help           print this\n";

static gboolean idle(gpointer data)
{
	txScreen *screen = data;

	if (screen->idle)
		(*screen->idle)(screen);
	return G_SOURCE_CONTINUE;
}

/* Instrumented builds print their figures from the screen's idle callback; release builds have nothing to do in it. */
static void startIdle(txScreen *screen, double interval)
{
	if (!screen->view && getenv("P1_INSTRUMENTS"))
		screen->view = GUINT_TO_POINTER(g_timeout_add(interval < 100 ? 100 : (guint)interval, idle, screen));
}

static void stopIdle(txScreen *screen)
{
	if (screen->view)
		g_source_remove(GPOINTER_TO_UINT(screen->view));
	screen->view = NULL;
}

static void abortMachine(txScreen *screen, int status)
{
	(void)screen;
	fflush(stdout);
	_exit(EXIT_ABORT_BASE + status);
}

static void ignore(txScreen *screen)
{
	(void)screen;
}

static void ignoreMessage(txScreen *screen, char *buffer, int size)
{
	(void)screen;
	(void)buffer;
	(void)size;
}

/* The library lies beside the program. */
static char *libraryPath(void)
{
	char *program = g_file_read_link("/proc/self/exe", NULL);
	char *directory = g_path_get_dirname(program ? program : ".");
	char *path = g_build_filename(directory, LIBRARY_NAME, NULL);

	g_free(directory);
	g_free(program);
	return path;
}

static void readArguments(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			exit(0);
		}
		if (!strcmp(argv[i], "--version")) {
			puts(P1_VERSION);
			exit(0);
		}
		if (!strcmp(argv[i], "--settings") && (i + 1 < argc)) {
			char *path = g_canonicalize_filename(argv[++i], NULL);
			setenv("P1_SETTINGS", path, 1);
			g_free(path);
			continue;
		}
		fprintf(stderr, "p1-dongle: cannot understand \"%s\"\n%s", argv[i], usage);
		exit(EXIT_USAGE);
	}
}

int main(int argc, char **argv)
{
	txScreenLaunchProc launch;
	txScreen *screen;
	void *library;
	char *path;

	readArguments(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* A peer that has gone must be an error of write(), not the end of the program. */
	signal(SIGPIPE, SIG_IGN);

	path = libraryPath();
	library = dlopen(path, RTLD_NOW);
	launch = library ? (txScreenLaunchProc)dlsym(library, "fxScreenLaunch") : NULL;
	if (!launch) {
		fprintf(stderr, "p1-dongle: cannot load %s: %s\n", path, dlerror());
		return EXIT_LIBRARY;
	}
	g_free(path);

	screen = g_malloc0(sizeof(txScreen));
	screen->abort = abortMachine;
	screen->bufferChanged = ignore;
	screen->formatChanged = ignore;
	screen->post = ignoreMessage;
	screen->start = startIdle;
	screen->stop = stopIdle;
	mxCreateMutex(&screen->workersMutex);
	(*launch)(screen);
	if (!screen->machine) {
		fprintf(stderr, "p1-dongle: the JavaScript engine does not start\n");
		return EXIT_LIBRARY;
	}
	g_main_loop_run(g_main_loop_new(NULL, FALSE));
	return 0;
}
