/*
 * PBKDF2-HMAC-SHA256 (RFC 8018) some iterations at a time, SHA-256 at once or in pieces, and random bytes for keys. In C, because an iteration in
 * JavaScript takes five times as long and makes garbage; the digest is the SDK's (modules/crypt/digest/kcl). Its module crypt
 * has every digest and cipher that there is in one table: 24 kB of flash for the one that is used here.
 *
 * The state of a derivation or of a hash lies in a buffer of JavaScript, which may be at any address: it is copied in and out.
 */

#include "password-hash.h"

#include <string.h>

#include "fips180.h"

#ifdef ESP32
	#include "esp_random.h"
#else
	#include <sys/random.h>
#endif

/* What getentropy gives at once. */
#define ENTROPY_BYTES (256)

typedef struct {
	struct sha256 inner; /* behind the block of the inner pad */
	struct sha256 outer;
	uint8_t last[P1_KEY_BYTES];
	uint8_t key[P1_KEY_BYTES];
} Derivation;

static void finishHmac(const Derivation *derivation, struct sha256 *inner, uint8_t *hmac)
{
	struct sha256 outer = derivation->outer;
	uint8_t digest[SHA256_DGSTSIZE];

	sha256_fin(inner, digest);
	sha256_update(&outer, digest, sizeof(digest));
	sha256_fin(&outer, hmac);
}

/* Bytes that a state takes. */
uint32_t p1_pbkdf2_state_bytes(void)
{
	return sizeof(Derivation);
}

/* The first iteration. */
void p1_pbkdf2_start(uint8_t *state, const uint8_t *password, uint32_t passwordBytes, const uint8_t *salt, uint32_t saltBytes)
{
	static const uint8_t firstBlock[4] = {0, 0, 0, 1};
	Derivation derivation;
	struct sha256 digest;
	uint8_t hashed[SHA256_DGSTSIZE], pad[SHA256_BLKSIZE];
	uint32_t i;

	if (passwordBytes > SHA256_BLKSIZE) {
		p1_sha256(password, passwordBytes, hashed);
		password = hashed;
		passwordBytes = sizeof(hashed);
	}
	for (i = 0; i < SHA256_BLKSIZE; i += 1)
		pad[i] = (i < passwordBytes ? password[i] : 0) ^ 0x36;
	sha256_create(&derivation.inner);
	sha256_update(&derivation.inner, pad, sizeof(pad));
	for (i = 0; i < SHA256_BLKSIZE; i += 1)
		pad[i] ^= 0x36 ^ 0x5C;
	sha256_create(&derivation.outer);
	sha256_update(&derivation.outer, pad, sizeof(pad));
	digest = derivation.inner;
	sha256_update(&digest, salt, saltBytes);
	sha256_update(&digest, firstBlock, sizeof(firstBlock));
	finishHmac(&derivation, &digest, derivation.last);
	memcpy(derivation.key, derivation.last, P1_KEY_BYTES);
	memcpy(state, &derivation, sizeof(derivation));
}

/* So many iterations more. */
void p1_pbkdf2_step(uint8_t *state, uint32_t iterations)
{
	Derivation derivation;
	struct sha256 digest;
	int i;

	memcpy(&derivation, state, sizeof(derivation));
	for (; iterations > 0; iterations -= 1) {
		digest = derivation.inner;
		sha256_update(&digest, derivation.last, P1_KEY_BYTES);
		finishHmac(&derivation, &digest, derivation.last);
		for (i = 0; i < P1_KEY_BYTES; i += 1)
			derivation.key[i] ^= derivation.last[i];
	}
	memcpy(state, &derivation, sizeof(derivation));
}

/* The key, 32 bytes, as far as it is; the state is wiped. */
void p1_pbkdf2_key(uint8_t *state, uint8_t *key)
{
	Derivation derivation;

	memcpy(&derivation, state, sizeof(derivation));
	memcpy(key, derivation.key, P1_KEY_BYTES);
	memset(state, 0, sizeof(derivation));
}

void p1_sha256(const uint8_t *bytes, uint32_t count, uint8_t *digest)
{
	struct sha256 context;

	sha256_create(&context);
	sha256_update(&context, bytes, count);
	sha256_fin(&context, digest);
}

/* Bytes that the state of a hash takes. */
uint32_t p1_sha256_state_bytes(void)
{
	return sizeof(struct sha256);
}

void p1_sha256_begin(uint8_t *state)
{
	struct sha256 context;

	sha256_create(&context);
	memcpy(state, &context, sizeof(context));
}

void p1_sha256_add(uint8_t *state, const uint8_t *bytes, uint32_t count)
{
	struct sha256 context;

	memcpy(&context, state, sizeof(context));
	sha256_update(&context, bytes, count);
	memcpy(state, &context, sizeof(context));
}

void p1_sha256_end(uint8_t *state, uint8_t *digest)
{
	struct sha256 context;

	memcpy(&context, state, sizeof(context));
	sha256_fin(&context, digest);
}

/* 0, or -1 when the system has none. On the chip they are fit for keys once the radio has been started. */
int32_t p1_random_fill(uint8_t *bytes, uint32_t count)
{
#ifdef ESP32
	esp_fill_random(bytes, count);
#else
	uint32_t at, size;

	for (at = 0; at < count; at += size) {
		size = (count - at < ENTROPY_BYTES) ? count - at : ENTROPY_BYTES;
		if (getentropy(bytes + at, size))
			return -1;
	}
#endif
	return 0;
}
