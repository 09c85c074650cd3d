// SHA-256 (FIPS 180-4), the digest behind revisions, tags and citations; HMAC (RFC 2104) of it,
// keys made at random, and base64url (RFC 4648, 5), for cursors.
#ifndef RELATA_BASE_DIGEST_H
#define RELATA_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { DIGEST_HEX_SIZE = 65 };

// A digest in the making; digest_new returns NULL when memory ends.
struct digest;
struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *bytes, size_t length);
// Writes 64 lower-case hexadecimal digits and a NUL, and frees the digest; false where the library
// failed on the way.
bool digest_end(struct digest *digest, char ret_hex[static DIGEST_HEX_SIZE]);

// The same for a tag: the first 32 digits.
bool digest_end_tag(struct digest *digest, char ret_tag[static DIGEST_HEX_SIZE]);

// The digest of one run of bytes.
bool digest_of(const void *bytes, size_t length, char ret_hex[static DIGEST_HEX_SIZE]);

// The tag of what follows from SEED, which is released. False when memory ended, on the way to the
// seed too.
bool digest_tag(struct buffer *seed, char ret_tag[static DIGEST_HEX_SIZE]);

// A name that follows from SEED, which is released, and is nobody else's: a UUID of version 8 (RFC
// 9562) as a URN. False when memory ended, on the way to the seed too.
enum { DIGEST_URN_SIZE = 46 };
bool digest_urn(struct buffer *seed, char ret_urn[static DIGEST_URN_SIZE]);

// The same digest in base64 (RFC 4648, 4), from its hexadecimal digits.
enum { DIGEST_BASE64_SIZE = 45 };
void digest_base64(const char hex[static DIGEST_HEX_SIZE],
                   char ret_base64[static DIGEST_BASE64_SIZE]);

// A secret: 64 random hexadecimal digits and a NUL; false where the system has no randomness to
// give.
bool digest_key(char ret_key[static DIGEST_HEX_SIZE]);

// The signature of BYTES by KEY, an HMAC: only who has the key can make it. False where the library
// failed.
enum { DIGEST_SIGNATURE_SIZE = 32 };
bool digest_sign(const char *key, const void *bytes, size_t length,
                 unsigned char ret_signature[static DIGEST_SIGNATURE_SIZE]);
// Whether the first LENGTH bytes agree, in a time that does not tell where they differ.
bool digest_agrees(const void *bytes, const void *others, size_t length);

// A hash for tables that hold what clients send: SipHash with a key that each process makes at
// random, so that nobody can choose texts that share one. 0 where the library failed.
uint64_t digest_hash(const void *bytes, size_t length);

// The bytes as base64url without padding; to be freed by the caller, NULL when memory ends.
char *digest_base64url_encode(const void *bytes, size_t length);
// The reverse, with a NUL behind the bytes; NULL where TEXT is not base64url or memory ends.
char *digest_base64url_decode(const char *text, size_t *ret_length);

#endif
