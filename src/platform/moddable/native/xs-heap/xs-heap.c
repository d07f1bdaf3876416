/* How much of the JavaScript heap is used: XS counts it in every build, but tells it to its debugger only. */

#include "xsAll.h"
#include "xs.h"
#include "mc.xs.h"

/* measuring only */
#include <stdio.h>
static void dumpSlot(xsMachine* the, FILE* f, txSlot* s, const char* tag) {
	const char* name = "";
	if (s->ID != XS_NO_ID && !(s->flag & XS_INTERNAL_FLAG) && s->kind != XS_INSTANCE_KIND) { char* n = fxGetKeyName(the, s->ID); name = n ? n : "?"; }
	fprintf(f, "%s %p %d %d %p [%s]", tag, s, s->kind, s->flag, s->next, name);
	switch (s->kind) {
	case XS_INSTANCE_KIND: {
		txSlot* p = s->value.instance.prototype; const char* cn = "-";
		if (p) { txSlot* c = mxBehaviorGetProperty(the, p, mxID(_constructor), 0, XS_OWN);
			if (c && c->kind == XS_REFERENCE_KIND) { txSlot* n = mxBehaviorGetProperty(the, c->value.reference, mxID(_name), 0, XS_OWN); if (n && (n->kind == XS_STRING_KIND || n->kind == XS_STRING_X_KIND)) cn = n->value.string; else if (c->value.reference->next && c->value.reference->next->ID) { char* k = fxGetKeyName(the, c->value.reference->next->ID); if (k) cn = k; } } }
		fprintf(f, " I %s r=%p", *cn ? cn : "?", p); break; }
	case XS_REFERENCE_KIND: fprintf(f, " r=%p", s->value.reference); break;
	case XS_CLOSURE_KIND: fprintf(f, " r=%p", s->value.closure); break;
	case XS_CALLBACK_KIND: case XS_CALLBACK_X_KIND: fprintf(f, " r=%p", s->value.callback.closures); break;
	case XS_CODE_KIND: case XS_CODE_X_KIND: { fprintf(f, " code=%p r=%p", s->value.code.address, s->value.code.closures); if (s->kind == XS_CODE_KIND) fprintf(f, " c=%p", s->value.code.address); break; }
	case XS_HOME_KIND: fprintf(f, " r=%p r=%p", s->value.home.object, s->value.home.module); break;
	case XS_ACCESSOR_KIND: fprintf(f, " r=%p r=%p", s->value.accessor.getter, s->value.accessor.setter); break;
	case XS_LIST_KIND: fprintf(f, " r=%p", s->value.list.first); break;
	case XS_STRING_KIND: fprintf(f, " c=%p \"%.30s\"", s->value.string, s->value.string); break;
	case XS_ARRAY_BUFFER_KIND: fprintf(f, " c=%p", s->value.arrayBuffer.address); break;
	case XS_EXPORT_KIND: fprintf(f, " r=%p r=%p", s->value.export.closure, s->value.export.module); break;
	case XS_MODULE_KIND: case XS_PROGRAM_KIND: fprintf(f, " r=%p", s->value.module.realm); break;
	case XS_PRIVATE_KIND: fprintf(f, " r=%p r=%p", s->value.private.check, s->value.private.first); break;
	case XS_PROXY_KIND: fprintf(f, " r=%p r=%p", s->value.proxy.handler, s->value.proxy.target); break;
	case XS_ENTRY_KIND: fprintf(f, " r=%p", s->value.entry.slot); break;
	case XS_HOST_KIND: if (s->flag & XS_HOST_CHUNK_FLAG) fprintf(f, " c=%p", s->value.host.data); break;
	case XS_KEY_KIND: fprintf(f, " c=%p \"%.30s\"", s->value.key.string, s->value.key.string); break;
	case XS_MAP_KIND: case XS_SET_KIND: { fprintf(f, " c=%p", s->value.table.address); for (int i = 0; i < (int)s->value.table.length; i++) { txSlot* e = s->value.table.address[i]; while (e) { fprintf(f, " r=%p", e); e = NULL; } } break; }
	case XS_ARGUMENTS_SLOPPY_KIND: case XS_ARGUMENTS_STRICT_KIND:
	case XS_ARRAY_KIND: if (s->value.array.address) { fprintf(f, " c=%p a=%d", s->value.array.address, (int)s->value.array.length); } break;
	default: break;
	}
	fprintf(f, "\n");
	if ((s->kind == XS_ARRAY_KIND || s->kind == XS_ARGUMENTS_SLOPPY_KIND || s->kind == XS_ARGUMENTS_STRICT_KIND) && s->value.array.address) {
		for (int i = 0; i < (int)(((txChunk*)((txByte*)s->value.array.address - sizeof(txChunk)))->size / sizeof(txSlot)) && i < (int)s->value.array.length; i++) {
			txSlot* e = s->value.array.address + i;
			fprintf(f, "E %p", s); 
			if (e->kind == XS_REFERENCE_KIND) fprintf(f, " r=%p", e->value.reference);
			else if (e->kind == XS_STRING_KIND) fprintf(f, " c=%p", e->value.string);
			fprintf(f, "\n");
		}
	}
}
static void dumpHeap(xsMachine* the) {
	static int calls = 0;
	if (++calls != atoi(getenv("P1_DUMP_AT") ? getenv("P1_DUMP_AT") : "0")) return;
	fxCollectGarbage(the);
	FILE* f = fopen(getenv("P1_GRAPH"), "w");
	fprintf(f, "U %u %u\n", (unsigned)the->currentHeapCount, (unsigned)the->currentChunksSize);
	char* skip = calloc(1, 8); (void)skip;
	for (txSlot* h = the->firstHeap; h; h = h->next) {
		for (txSlot* s = h + 1; s < h->value.reference; s++) dumpSlot(the, f, s, "S");
	}
	for (txSlot* s = the->freeHeap; s; s = s->next) fprintf(f, "F %p\n", s);
	for (txSlot* s = the->stack; s < the->stackTop; s++) dumpSlot(the, f, s, "R");
	for (txSlot* s = the->cRoot; s; s = s->next) dumpSlot(the, f, s, "R");
	for (txBlock* b = the->firstBlock; b; b = b->nextBlock) {
		txByte* p = (txByte*)(b + 1);
		while (p < b->current) { txChunk* c = (txChunk*)p; txSize z = c->size & 0x7fffffff; fprintf(f, "C %p %d\n", p + sizeof(txChunk), (int)z); if (!z) break; p += z; }
	}
	fclose(f);
}

/* (): bytes of slots and chunks in use; garbage that was not collected yet counts. */
void xs_heap_used(xsMachine *the)
{
	dumpHeap(the);
	xsResult = xsNumber((double)the->currentHeapCount * sizeof(txSlot) + (double)the->currentChunksSize);
}

/* (): bytes of slots and chunks that were reserved, used or not. */
void xs_heap_total(xsMachine *the)
{
	xsResult = xsNumber((double)the->maximumHeapCount * sizeof(txSlot) + (double)the->maximumChunksSize);
}
