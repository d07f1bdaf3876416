/*
 * xs-host [-s slots] [-c chunkBytes] [-v values] script.js ...
 *
 * Runs scripts, in order and in one machine, on the XS engine, and shows them the engine's own counters. -s and -c make the
 * heaps fixed, as on the device; -v sizes the value stack. Exit code: 0, or the engine's abort code (1 memory full, 2 stack
 * overflow, 5 unhandled exception, 8 unhandled rejection), or 64 for a wrong command line; the reason is on stderr.
 *
 * Globals: slots() taken since the start less those collected, chunks() bytes likewise, meter() bytecodes run (all three
 * allocate nothing); gc(); now() in the platform's unit; print(text or ArrayBuffer), one line; readFile(path): ArrayBuffer.
 */
#include "xsAll.h"
#include "xsScript.h"

#ifdef mxTrace
#define HOST_PARSE_FLAGS mxDebugFlag /* adds bytecodes that tell the line */
#else
#define HOST_PARSE_FLAGS 0
#endif

static void hostFail(int status, const char* why, const char* detail) {
	fflush(stdout);
	fprintf(stderr, "xs-host: %s%s%s\n", why, detail ? ": " : "", detail ? detail : "");
	exit(status);
}

/* The thrown value as text, with its stack when it has one. Making that text may throw in its turn. */
static txString hostExceptionText(txMachine* the) {
	txString text = "(a value that cannot be shown)";
	mxTry(the) {
		mxPush(mxException);
		if (mxIsReference(the->stack)) {
			mxDub();
			fxGetID(the, fxID(the, "stack"));
			if (mxIsUndefined(the->stack)) mxPop();
		}
		text = fxToString(the, the->stack); /* stays on the stack: the process is about to end */
	}
	mxCatch(the) {}
	return text;
}

/* Called by the engine whenever it cannot go on. The process ends here: there is no state worth saving. */
void fxAbort(txMachine* the, int status) {
	static const char* const reasons[] = { "debugger", "memory full", "stack overflow", "fatal check", "dead strip",
		"unhandled exception", "not enough keys", "too much computation", "unhandled rejection" };
	int known = (status >= 0) && (status < (int)(sizeof(reasons) / sizeof(reasons[0])));
	int exception = (status == XS_UNHANDLED_EXCEPTION_EXIT) || (status == XS_UNHANDLED_REJECTION_EXIT);
	hostFail(status ? status : 3, known ? reasons[status] : "unknown abort", exception ? hostExceptionText(the) : NULL);
}

void fxCreateMachinePlatform(txMachine* the) { the->promiseJobs = 0; }
void fxDeleteMachinePlatform(txMachine* the) { (void)the; }
void fxQueuePromiseJobs(txMachine* the) { the->promiseJobs = 1; }

static void hostSlots(txMachine* the) { fxInteger(the, mxResult, the->currentHeapCount); }
static void hostChunks(txMachine* the) { fxInteger(the, mxResult, the->currentChunksSize); }
static void hostMeter(txMachine* the) { fxNumber(the, mxResult, the->meterIndex); }
static void hostGC(txMachine* the) { fxCollectGarbage(the); }
static void hostTime(txMachine* the) { fxNumber(the, mxResult, hostNow()); }

#ifdef mxTrace
/* trace(1): from here on every bytecode goes to stderr, with the line it comes from; see profile.ts. */
extern short gxDoTrace;
static void hostTrace(txMachine* the) { gxDoTrace = (short)fxToInteger(the, mxArgv(0)); }
#endif

static void hostPrint(txMachine* the) {
	if ((mxArgc > 0) && (mxArgv(0)->kind == XS_REFERENCE_KIND)) {
		txInteger size = fxGetArrayBufferLength(the, mxArgv(0));
		fwrite(fxToArrayBuffer(the, mxArgv(0)), 1, size, stdout);
	} else
		fputs(mxArgc > 0 ? fxToString(the, mxArgv(0)) : "", stdout);
	putchar('\n');
}

static void hostReadFile(txMachine* the) {
	txString path = mxArgc > 0 ? fxToString(the, mxArgv(0)) : "";
	FILE* file = fopen(path, "rb");
	long size;
	if (!file || fseek(file, 0, SEEK_END) || ((size = ftell(file)) < 0)) mxURIError("cannot read %s", path);
	rewind(file);
	if (fread(fxArrayBuffer(the, mxResult, NULL, (txInteger)size, -1), 1, size, file) != (size_t)size)
		mxURIError("cannot read all of %s", path);
	fclose(file);
}

static void hostDefine(txMachine* the, txString name, txCallback callback) {
	fxNewHostFunction(the, callback, 0, XS_NO_ID, XS_NO_ID);
	mxPush(mxGlobal);
	fxDefineID(the, fxID(the, name), XS_DONT_ENUM_FLAG, XS_DONT_ENUM_FLAG);
	mxPop();
}

static void hostRun(txMachine* the, const char* path) {
	txSlot* realm = mxProgram.value.reference->next->value.module.realm;
	FILE* file = fopen(path, "rb");
	txScript* script;
	if (!file) hostFail(66, "cannot open", path);
	script = fxParseScript(the, file, (txGetter)fgetc, mxProgramFlag | HOST_PARSE_FLAGS);
	fclose(file);
	fxRunScript(the, script, mxRealmGlobal(realm), C_NULL, mxRealmClosures(realm)->value.reference, C_NULL,
		mxProgram.value.reference);
	mxPop();
	while (the->promiseJobs) {
		the->promiseJobs = 0;
		fxRunPromiseJobs(the);
	}
	fxEndJob(the);
}

int main(int argc, char* argv[]) {
	/* Large by default, so that no collection runs unless a script asks for it and counts are exact. */
	txCreation creation = { .initialChunkSize = 16 << 20, .incrementalChunkSize = 1 << 20, .initialHeapCount = 256 << 10,
		.incrementalHeapCount = 64 << 10, .stackCount = 4096, .initialKeyCount = 4096, .incrementalKeyCount = 1024,
		.nameModulo = 1993, .symbolModulo = 127, .parserBufferSize = 1 << 20, .parserTableModulo = 1993 };
	txMachine* machine;
	int index = 1;
	for (; (index + 1 < argc) && (argv[index][0] == '-'); index += 2) {
		txSize value = atoi(argv[index + 1]);
		if (value <= 0) hostFail(64, "not a positive number", argv[index + 1]);
		if (!strcmp(argv[index], "-s")) creation.initialHeapCount = value, creation.incrementalHeapCount = 0;
		else if (!strcmp(argv[index], "-c")) creation.initialChunkSize = value, creation.incrementalChunkSize = 0;
		else if (!strcmp(argv[index], "-v")) creation.stackCount = value;
		else hostFail(64, "unknown option", argv[index]);
	}
	if (index >= argc) hostFail(64, "no script", NULL);
	fxInitializeSharedCluster();
	machine = fxCreateMachine(&creation, "xs-host", NULL, XS_NO_ID);
	if (!machine) hostFail(XS_NOT_ENOUGH_MEMORY_EXIT, "memory full", "while the machine was made");
	fxBeginHost(machine);
	{
		txMachine* the = machine;
		mxTry(the) {
#ifdef mxTrace
			gxDoTrace = 0;
			hostDefine(the, "trace", hostTrace);
#endif
			hostDefine(the, "slots", hostSlots);
			hostDefine(the, "chunks", hostChunks);
			hostDefine(the, "meter", hostMeter);
			hostDefine(the, "gc", hostGC);
			hostDefine(the, "now", hostTime);
			hostDefine(the, "print", hostPrint);
			hostDefine(the, "readFile", hostReadFile);
			for (; index < argc; index++) hostRun(the, argv[index]);
			fxCheckUnhandledRejections(the, 1);
		}
		mxCatch(the) { fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT); }
	}
	fxEndHost(machine);
	fflush(stdout);
	return 0;
}
