#ifndef P1_PASSWORD_HASH_H
#define P1_PASSWORD_HASH_H

#include <stdint.h>

/* Of a hash, and of a key that is derived. */
#define P1_KEY_BYTES (32)

uint32_t p1_pbkdf2_state_bytes(void);
void p1_pbkdf2_start(uint8_t *state, const uint8_t *password, uint32_t passwordBytes, const uint8_t *salt, uint32_t saltBytes);
void p1_pbkdf2_step(uint8_t *state, uint32_t iterations);
void p1_pbkdf2_key(uint8_t *state, uint8_t *key);
void p1_sha256(const uint8_t *bytes, uint32_t count, uint8_t *digest);
uint32_t p1_sha256_state_bytes(void);
void p1_sha256_begin(uint8_t *state);
void p1_sha256_add(uint8_t *state, const uint8_t *bytes, uint32_t count);
void p1_sha256_end(uint8_t *state, uint8_t *digest);
int32_t p1_random_fill(uint8_t *bytes, uint32_t count);

#endif
