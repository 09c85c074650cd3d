// SHA-256 (FIPS 180-4) for revisions, tags and citations; and, for cursors, HMAC (RFC 2104), random
// keys and base64url (RFC 4648, section 5).
#ifndef RELATA_BASE_DIGEST_H
#define RELATA_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { DIGEST_HEX_SIZE = 65 };

// A running SHA-256. digest_new returns NULL if memory runs out.
struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *bytes, size_t length);
// Writes 64 lower-case hexadecimal digits and a NUL, and frees the digest. False if the library
// failed at any step.
bool digest_end(struct digest *digest, char ret_hex[static DIGEST_HEX_SIZE]);

// The same, but only the first 32 digits, as used in tags.
bool digest_end_tag(struct digest *digest, char ret_tag[static DIGEST_HEX_SIZE]);

// The digest of one block of bytes.
bool digest_of(const void *bytes, size_t length, char ret_hex[static DIGEST_HEX_SIZE]);

// A tag computed from SEED, which is released. False if memory ran out, also earlier while SEED was
// filled.
bool digest_tag(struct buffer *seed, char ret_tag[static DIGEST_HEX_SIZE]);

// A unique name computed from SEED, which is released: a UUID of version 8 (RFC 9562) as a URN.
// False if memory ran out, also earlier while SEED was filled.
enum { DIGEST_URN_SIZE = 46 };
bool digest_urn(struct buffer *seed, char ret_urn[static DIGEST_URN_SIZE]);

// Converts a digest from hexadecimal digits to base64 (RFC 4648, section 4).
enum { DIGEST_BASE64_SIZE = 45 };
void digest_base64(const char hex[static DIGEST_HEX_SIZE],
                   char ret_base64[static DIGEST_BASE64_SIZE]);

// A secret of 64 random hexadecimal digits and a NUL. False if the system cannot provide
// randomness.
bool digest_key(char ret_key[static DIGEST_HEX_SIZE]);

// The HMAC of BYTES with KEY: only a holder of the key can compute it. False if the library failed.
enum { DIGEST_SIGNATURE_SIZE = 32 };
bool digest_sign(const char *key, const void *bytes, size_t length,
                 unsigned char ret_signature[static DIGEST_SIGNATURE_SIZE]);
// Compares the first LENGTH bytes in constant time, so that timing reveals nothing.
bool digest_agrees(const void *bytes, const void *others, size_t length);

// A hash for tables whose keys come from clients: SipHash with a random key per process, so that
// nobody can construct collisions. 0 if the library failed.
uint64_t digest_hash(const void *bytes, size_t length);

// Encodes bytes as base64url without padding. The caller frees the result; NULL if memory runs out.
char *digest_base64url_encode(const void *bytes, size_t length);
// Decodes base64url and adds a NUL after the bytes. NULL if TEXT is not base64url or memory runs
// out.
char *digest_base64url_decode(const char *text, size_t *ret_length);

#endif
