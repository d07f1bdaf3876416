/* Runs password-hash.c over a plain SHA-256 (FIPS 180-4 §6.2) and a source of random bytes that can fail. */
#include "password-hash.c"
#include "scenario.h"

static const uint32_t rounds[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
	0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
	0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, int bits)
{
	return (word >> bits) | (word << (32 - bits));
}

static void compress(struct sha256 *s)
{
	uint32_t w[64], v[8];
	int i;

	for (i = 0; i < 16; i += 1)
		w[i] = ((uint32_t)s->buf[4 * i] << 24) | ((uint32_t)s->buf[4 * i + 1] << 16) | ((uint32_t)s->buf[4 * i + 2] << 8) | s->buf[4 * i + 3];
	for (; i < 64; i += 1)
		w[i] = w[i - 16] + (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3)) + w[i - 7] +
			(rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10));
	memcpy(v, s->state, sizeof(v));
	for (i = 0; i < 64; i += 1) {
		uint32_t t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + rounds[i] + w[i];
		uint32_t t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (i = 0; i < 8; i += 1)
		s->state[i] += v[i];
}

void sha256_create(struct sha256 *s)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	memset(s, 0, sizeof(*s));
	memcpy(s->state, start, sizeof(start));
}

void sha256_update(struct sha256 *s, const void *data, uint32_t size)
{
	const uint8_t *bytes = data;

	for (; size > 0; size -= 1) {
		s->buf[s->len++ % SHA256_BLKSIZE] = *bytes++;
		if (0 == s->len % SHA256_BLKSIZE)
			compress(s);
	}
}

void sha256_fin(struct sha256 *s, uint8_t *dgst)
{
	static const uint8_t one = 0x80, zero = 0;
	uint64_t bits = 8 * s->len;
	int i;

	sha256_update(s, &one, 1);
	while (s->len % SHA256_BLKSIZE != 56)
		sha256_update(s, &zero, 1);
	for (i = 56; i >= 0; i -= 8) {
		uint8_t byte = (uint8_t)(bits >> i);

		sha256_update(s, &byte, 1);
	}
	for (i = 0; i < 32; i += 1)
		dgst[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
}

static int entropyFails;

int getentropy(void *buffer, size_t length)
{
	if (entropyFails || length > 256)
		return -1;
	memset(buffer, 0xA5, length);
	return 0;
}

static char *hexOf(const uint8_t *bytes)
{
	static char text[2 * P1_KEY_BYTES + 1];
	int i;

	for (i = 0; i < P1_KEY_BYTES; i += 1)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	return text;
}

/* The key of so many iterations, `atOnce` of them in each step; the state at an odd address, of exactly its size. */
static char *derive(const char *password, const char *salt, uint32_t iterations, uint32_t atOnce)
{
	uint32_t bytes = p1_pbkdf2_state_bytes(), left = iterations - 1;
	uint8_t *memory = malloc(bytes + 1), *state = memory + 1;
	uint8_t key[P1_KEY_BYTES];
	uint8_t *passwordCopy = malloc(strlen(password) + 1), *saltCopy = malloc(strlen(salt) + 1);
	uint32_t i;

	memcpy(passwordCopy, password, strlen(password));
	memcpy(saltCopy, salt, strlen(salt));
	p1_pbkdf2_start(state, passwordCopy, strlen(password), saltCopy, strlen(salt));
	free(passwordCopy);
	free(saltCopy);
	for (; left > 0; left -= (left < atOnce ? left : atOnce))
		p1_pbkdf2_step(state, left < atOnce ? left : atOnce);
	p1_pbkdf2_key(state, key);
	for (i = 0; i < bytes; i += 1)
		CHECK(0 == state[i]);
	free(memory);
	return hexOf(key);
}

/* RFC 7914 §11. */
static void keepsToTheRfc(void)
{
	CHECK(!strcmp("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc", derive("passwd", "salt", 1, 1)));
	CHECK(!strcmp("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56", derive("Password", "NaCl", 80000, 1000)));
}

static void slicesDoNotMatter(void)
{
	char whole[65];
	uint32_t atOnce;

	strcpy(whole, derive("Password", "NaCl", 50, 49));
	for (atOnce = 1; atOnce < 60; atOnce += 1)
		CHECK(!strcmp(whole, derive("Password", "NaCl", 50, atOnce)));
	CHECK(strcmp(whole, derive("Password", "NaCl", 51, 7)));
	CHECK(strcmp(whole, derive("Password", "NaCm", 50, 7)));
	CHECK(strcmp(whole, derive("Passwore", "NaCl", 50, 7)));
}

/* Python's hashlib.pbkdf2_hmac. */
static void takesAnyLength(void)
{
	char password[101], salt[201];

	memset(password, 'p', 100);
	password[100] = 0;
	CHECK(!strcmp("f598272d35e2ca276ac07694cf01636c4d643ad3075956477cfdd83eda46d9f6", derive(password, "salt", 3, 1)));
	password[64] = 0;
	memset(salt, 's', 200);
	salt[200] = 0;
	CHECK(!strcmp("d475c35b43b4048928b315281bcd042445fcaa14d05c6853df5bb242e7fff138", derive(password, salt, 2, 1)));
	CHECK(!strcmp("f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad", derive("", "", 1, 1)));
}

/* NIST's examples for SHA-256. */
static void digests(void)
{
	uint8_t digest[P1_KEY_BYTES], abc[3] = {'a', 'b', 'c'};

	p1_sha256(abc, 3, digest);
	CHECK(!strcmp("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hexOf(digest)));
	p1_sha256(abc, 0, digest);
	CHECK(!strcmp("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", hexOf(digest)));
}

/* In pieces of any size, the state at an odd address and of exactly its size, as at once. */
static void digestsInPieces(void)
{
	uint8_t bytes[200], whole[P1_KEY_BYTES], digest[P1_KEY_BYTES];
	uint32_t size, offset, i;

	for (i = 0; i < sizeof(bytes); i += 1)
		bytes[i] = (uint8_t)(i * 7);
	p1_sha256(bytes, sizeof(bytes), whole);
	for (size = 1; size <= sizeof(bytes); size += 13) {
		uint8_t *memory = malloc(p1_sha256_state_bytes() + 1), *state = memory + 1;

		p1_sha256_begin(state);
		for (offset = 0; offset < sizeof(bytes); offset += size)
			p1_sha256_add(state, bytes + offset, sizeof(bytes) - offset < size ? sizeof(bytes) - offset : size);
		p1_sha256_add(state, bytes, 0);
		p1_sha256_end(state, digest);
		free(memory);
		CHECK(!memcmp(whole, digest, P1_KEY_BYTES));
	}
}

/* In pieces, as the system gives them. */
static void fillsOrSaysThatItCannot(void)
{
	uint8_t *bytes = calloc(601, 1);
	int i;

	CHECK(bytes);
	CHECK(0 == p1_random_fill(bytes, 600));
	for (i = 0; i < 600; i += 1)
		CHECK(0xA5 == bytes[i]);
	CHECK(0 == bytes[600]);
	CHECK(0 == p1_random_fill(bytes, 0));
	entropyFails = 1;
	CHECK(-1 == p1_random_fill(bytes, 16));
	free(bytes);
}

static const Scenario scenarios[] = {
	{"derives the keys of RFC 7914", keepsToTheRfc},
	{"derives the same key in any slices, at an odd address, and wipes the state", slicesDoNotMatter},
	{"takes passwords and salts of any length", takesAnyLength},
	{"digests as NIST's examples", digests},
	{"digests pieces as the whole", digestsInPieces},
	{"fills any number of bytes with random ones, or says that it cannot", fillsOrSaysThatItCannot},
};

static void nothing(void)
{
}

int main(int argc, char **argv)
{
	return RUN_SCENARIOS(nothing, nothing);
}
