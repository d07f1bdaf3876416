/*
 * password-hash.c for JavaScript. Bytes are a view, or a buffer, shared or not. What allocates may move them, so everything is
 * allocated and converted before an address is asked for.
 */

#include "xsmc.h"
#include "mc.xs.h"

#include "../xs-piece.h"
#include "password-hash.h"

/* The state that an argument is. */
static uint8_t *stateOf(xsMachine *the, int argument, uint32_t bytes)
{
	xsUnsignedValue size;
	void *state;

	xsmcGetBufferWritable(xsArg(argument), &state, &size);
	if (size != bytes)
		xsRangeError("no state");
	return state;
}

/* (password, salt): the state of a derivation after its first iteration. */
void xs_p1_pbkdf2_start(xsMachine *the)
{
	uint32_t bytes = p1_pbkdf2_state_bytes();
	xsUnsignedValue passwordBytes, saltBytes, stateBytes;
	void *password, *salt, *state;

	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)bytes);
	xsmcGetBufferWritable(xsResult, &state, &stateBytes);
	xsmcGetBufferReadable(xsArg(0), &password, &passwordBytes);
	xsmcGetBufferReadable(xsArg(1), &salt, &saltBytes);
	p1_pbkdf2_start(state, password, passwordBytes, salt, saltBytes);
}

/* (state, iterations) */
void xs_p1_pbkdf2_step(xsMachine *the)
{
	uint32_t iterations = (uint32_t)xsmcToInteger(xsArg(1));

	p1_pbkdf2_step(stateOf(the, 0, p1_pbkdf2_state_bytes()), iterations);
}

/* (state): the key; the state is wiped. */
void xs_p1_pbkdf2_key(xsMachine *the)
{
	uint8_t key[P1_KEY_BYTES];

	p1_pbkdf2_key(stateOf(the, 0, p1_pbkdf2_state_bytes()), key);
	xsmcSetArrayBuffer(xsResult, key, sizeof(key));
}

/* (bytes): their hash. */
void xs_p1_sha256(xsMachine *the)
{
	uint8_t digest[P1_KEY_BYTES];
	xsUnsignedValue count;
	void *bytes;

	xsmcGetBufferReadable(xsArg(0), &bytes, &count);
	p1_sha256(bytes, count, digest);
	xsmcSetArrayBuffer(xsResult, digest, sizeof(digest));
}

/* (): the state of a hash of nothing. */
void xs_p1_sha256_begin(xsMachine *the)
{
	uint32_t bytes = p1_sha256_state_bytes();
	xsUnsignedValue size;
	void *state;

	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)bytes);
	xsmcGetBufferWritable(xsResult, &state, &size);
	p1_sha256_begin(state);
}

/* (state, bytes, offset, end) */
void xs_p1_sha256_add(xsMachine *the)
{
	uint32_t count;
	uint8_t *bytes = xsPiece(the, 1, &count);

	p1_sha256_add(stateOf(the, 0, p1_sha256_state_bytes()), bytes, count);
}

/* (state): the hash. */
void xs_p1_sha256_end(xsMachine *the)
{
	uint8_t digest[P1_KEY_BYTES];

	p1_sha256_end(stateOf(the, 0, p1_sha256_state_bytes()), digest);
	xsmcSetArrayBuffer(xsResult, digest, sizeof(digest));
}

/* (bytes): fills them. Throws when the system has no random bytes. */
void xs_p1_random_fill(xsMachine *the)
{
	xsUnsignedValue count;
	void *bytes;

	xsmcGetBufferWritable(xsArg(0), &bytes, &count);
	if (p1_random_fill(bytes, count))
		xsUnknownError("no random bytes for keys");
}
