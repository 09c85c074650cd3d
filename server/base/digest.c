// SHA-256, HMAC, SipHash, random keys and base64url from OpenSSL; no other file uses OpenSSL.
#include "base/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct digest {
    EVP_MD_CTX *context;
    bool failed;
};

// OpenSSL looks up an algorithm by name, which costs as much as hashing a kilobyte, so this is done
// once.
static EVP_MD *method;
// Copied for each use, because creating a new one repeats the lookup by name.
static EVP_MAC_CTX *signing, *hashing;
static pthread_once_t methods_once = PTHREAD_ONCE_INIT;

// NULL if the library does not have it.
static EVP_MAC_CTX *mac_new(const char *name, const OSSL_PARAM *parameters)
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, name, NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    if (context && EVP_MAC_CTX_set_params(context, parameters) == 1)
        return context;
    EVP_MAC_CTX_free(context);
    return NULL;
}

static void signing_make(void)
{
    char name[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end()};
    method = EVP_MD_fetch(NULL, name, NULL);
    signing = mac_new("HMAC", parameters);
}

static void hashing_make(void)
{
    unsigned char key[16];
    size_t size = sizeof(uint64_t);
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
                                     OSSL_PARAM_construct_end()};
    hashing = mac_new("SIPHASH", parameters);
    if (!hashing ||
        (RAND_bytes(key, sizeof key) == 1 && EVP_MAC_init(hashing, key, sizeof key, NULL) == 1))
        return;
    EVP_MAC_CTX_free(hashing);
    hashing = NULL;
}

static void methods_make(void)
{
    // Do not load OpenSSL's error messages: they take half a megabyte and nothing here prints them.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
    signing_make();
    hashing_make();
}

struct digest *digest_new(void)
{
    struct digest *digest = calloc(1, sizeof *digest);
    if (!digest)
        return NULL;
    pthread_once(&methods_once, methods_make);
    digest->context = EVP_MD_CTX_new();
    const EVP_MD *known = method ? method : EVP_sha256(); // otherwise looked up on each call
    digest->failed = !digest->context || EVP_DigestInit_ex2(digest->context, known, NULL) != 1;
    return digest;
}

void digest_add(struct digest *digest, const void *bytes, size_t length)
{
    if (!digest->failed && EVP_DigestUpdate(digest->context, bytes, length) != 1)
        digest->failed = true;
}

static void hex_write(const unsigned char *bytes, unsigned length, char *ret_hex)
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < length; i++) {
        ret_hex[2 * i] = digits[bytes[i] >> 4];
        ret_hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_hex[2 * length] = '\0';
}

bool digest_end(struct digest *digest, char ret_hex[static DIGEST_HEX_SIZE])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    bool good = !digest->failed && EVP_DigestFinal_ex(digest->context, bytes, &length) == 1 &&
                length == (DIGEST_HEX_SIZE - 1) / 2;
    if (good)
        hex_write(bytes, length, ret_hex);
    EVP_MD_CTX_free(digest->context);
    free(digest);
    return good;
}

bool digest_end_tag(struct digest *digest, char ret_tag[static DIGEST_HEX_SIZE])
{
    enum { TAG_DIGITS = 32 };
    bool good = digest_end(digest, ret_tag);
    ret_tag[TAG_DIGITS] = '\0';
    return good;
}

bool digest_of(const void *bytes, size_t length, char ret_hex[static DIGEST_HEX_SIZE])
{
    struct digest *digest = digest_new();
    if (!digest)
        return false;
    digest_add(digest, bytes, length);
    return digest_end(digest, ret_hex);
}

bool digest_tag(struct buffer *seed, char ret_tag[static DIGEST_HEX_SIZE])
{
    struct digest *digest = seed->failed ? NULL : digest_new();
    if (digest)
        digest_add(digest, seed->bytes, seed->length);
    bool good = digest && digest_end_tag(digest, ret_tag);
    buffer_cleanup(seed);
    return good;
}

bool digest_urn(struct buffer *seed, char ret_urn[static DIGEST_URN_SIZE])
{
    char hex[DIGEST_HEX_SIZE];
    if (!digest_tag(seed, hex))
        return false;
    // The version and variant digits of a UUID.
    snprintf(ret_urn, DIGEST_URN_SIZE, "urn:uuid:%.8s-%.4s-8%.3s-a%.3s-%.12s", hex, hex + 8,
             hex + 13, hex + 17, hex + 20);
    return true;
}

void digest_base64(const char hex[static DIGEST_HEX_SIZE],
                   char ret_base64[static DIGEST_BASE64_SIZE])
{
    unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];
    for (size_t i = 0; i < sizeof bytes; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    EVP_EncodeBlock((unsigned char *)ret_base64, bytes, sizeof bytes);
}

bool digest_key(char ret_key[static DIGEST_HEX_SIZE])
{
    unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];
    bool good = RAND_priv_bytes(bytes, sizeof bytes) == 1;
    hex_write(bytes, sizeof bytes, ret_key);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return good;
}

bool digest_sign(const char *key, const void *bytes, size_t length,
                 unsigned char ret_signature[static DIGEST_SIGNATURE_SIZE])
{
    size_t written = 0;
    pthread_once(&methods_once, methods_make);
    EVP_MAC_CTX *context = signing ? EVP_MAC_CTX_dup(signing) : NULL;
    bool good = context &&
                EVP_MAC_init(context, (const unsigned char *)key, strlen(key), NULL) == 1 &&
                EVP_MAC_update(context, bytes, length) == 1 &&
                EVP_MAC_final(context, ret_signature, &written, DIGEST_SIGNATURE_SIZE) == 1 &&
                written == DIGEST_SIGNATURE_SIZE;
    EVP_MAC_CTX_free(context);
    return good;
}

uint64_t digest_hash(const void *bytes, size_t length)
{
    uint64_t hash = 0;
    size_t written = 0;
    pthread_once(&methods_once, methods_make);
    EVP_MAC_CTX *context = hashing ? EVP_MAC_CTX_dup(hashing) : NULL;
    bool good = context && EVP_MAC_update(context, bytes, length) == 1 &&
                EVP_MAC_final(context, (unsigned char *)&hash, &written, sizeof hash) == 1;
    EVP_MAC_CTX_free(context);
    return good ? hash : 0;
}

bool digest_agrees(const void *bytes, const void *others, size_t length)
{
    return CRYPTO_memcmp(bytes, others, length) == 0;
}

// The two characters that differ between base64 and base64url.
static void letters_swap(char *text, const char from[static 2], const char to[static 2])
{
    for (; *text; text++)
        if (*text == from[0])
            *text = to[0];
        else if (*text == from[1])
            *text = to[1];
}

char *digest_base64url_encode(const void *bytes, size_t length)
{
    char *text = malloc(4 * (length / 3 + 1) + 1);
    if (!text)
        return NULL;
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    text[strcspn(text, "=")] = '\0';
    letters_swap(text, "+/", "-_");
    return text;
}

char *digest_base64url_decode(const char *text, size_t *ret_length)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t length = strlen(text), padded = (length + 3) / 4 * 4;
    if (length % 4 == 1 || text[strspn(text, letters)])
        return NULL;
    char *copy = malloc(padded + 1);
    unsigned char *bytes = malloc(padded / 4 * 3 + 1);
    if (copy && bytes) {
        memcpy(copy, text, length);
        memset(copy + length, '=', padded - length);
        copy[padded] = '\0';
        letters_swap(copy, "-_", "+/");
        EVP_DecodeBlock(bytes, (unsigned char *)copy, (int)padded);
        *ret_length = padded / 4 * 3 - (padded - length);
        bytes[*ret_length] = '\0';
        free(copy);
        return (char *)bytes;
    }
    free(copy);
    free(bytes);
    return NULL;
}
