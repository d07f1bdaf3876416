/* `harness NAME` runs one scenario, `harness` lists them. Exit code 1: a check failed; 2: no such scenario. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

typedef struct {
	const char *name;
	void (*run)(void);
} Scenario;

static int runScenario(const Scenario *scenarios, size_t count, int argc, char **argv, void (*before)(void), void (*after)(void))
{
	size_t i;

	for (i = 0; i < count; i += 1) {
		if (argc < 2) {
			printf("%s\n", scenarios[i].name);
			continue;
		}
		if (strcmp(argv[1], scenarios[i].name))
			continue;
		(*before)();
		(*scenarios[i].run)();
		(*after)();
		return 0;
	}
	return (argc < 2) ? 0 : 2;
}

#define RUN_SCENARIOS(before, after) \
	runScenario(scenarios, sizeof(scenarios) / sizeof(scenarios[0]), argc, argv, before, after)

#endif
