// SHA-256 by the vectors of FIPS 180 and NIST, base64url by those of RFC 4648.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *sentence, *text, *hex;
} digests[] = {
    {"nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"FIPS 180-4: one block", "abc",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"FIPS 180-4: two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"NIST: 896 bits",
     "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnop"
     "qrs"
     "mnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

static void digests_are_those_of_the_standard(void **state)
{
    char hex[DIGEST_HEX_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT(digests); i++) {
        assert_true(digest_of(digests[i].text, strlen(digests[i].text), hex));
        if (strcmp(hex, digests[i].hex) != 0)
            fail_msg("%s: %s", digests[i].sentence, hex);
    }
}

static void a_signature_is_that_of_rfc_4231(void **state)
{
    // Its second case, whose key is a short text.
    static const char said[] = "what do ya want for nothing?";
    static const unsigned char hmac[DIGEST_SIGNATURE_SIZE] = {
        0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
        0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
        0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    unsigned char signature[DIGEST_SIGNATURE_SIZE];
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_true(digest_sign("Jefe", said, strlen(said), signature));
        assert_true(digest_agrees(signature, hmac, sizeof hmac));
        assert_true(digest_sign("Jeff", said, strlen(said), signature));
        assert_false(digest_agrees(signature, hmac, sizeof hmac));
    }
}

static void no_two_keys_are_equal(void **state)
{
    char one[DIGEST_HEX_SIZE], other[DIGEST_HEX_SIZE];
    (void)state;
    assert_true(digest_key(one) && digest_key(other));
    assert_int_equal(strspn(one, "0123456789abcdef"), DIGEST_HEX_SIZE - 1);
    assert_string_not_equal(one, other);
}

static void a_hash_is_the_same_in_one_process_and_another_in_the_next(void **state)
{
    uint64_t hashes[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            uint64_t first = digest_hash("/v1/eras", 8), again = digest_hash("/v1/eras", 8);
            bool told = first == again && first != digest_hash("/v1/eraz", 8) &&
                        write(ends[1], &first, sizeof first) == sizeof first;
            _exit(told ? 0 : 1);
        }
        int status = 1;
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        assert_int_equal(status, 0);
        assert_int_equal(read(ends[0], &hashes[i], sizeof hashes[i]), sizeof hashes[i]);
        close(ends[0]);
        close(ends[1]);
    }
    assert_true(hashes[0] != hashes[1] && hashes[0] && hashes[1]);
}

static void a_digest_does_not_depend_on_how_its_bytes_are_fed(void **state)
{
    char hex[DIGEST_HEX_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT(digests); i++) {
        const char *text = digests[i].text;
        struct digest *digest = digest_new();
        assert_non_null(digest);
        for (size_t at = 0; at < strlen(text); at++)
            digest_add(digest, text + at, 1);
        assert_true(digest_end(digest, hex));
        assert_string_equal(hex, digests[i].hex);
    }
}

static void a_million_letters_have_the_digest_of_fips_180(void **state)
{
    char letters[1000], hex[DIGEST_HEX_SIZE];
    struct digest *digest = digest_new();
    (void)state;
    assert_non_null(digest);
    memset(letters, 'a', sizeof letters);
    for (int i = 0; i < 1000; i++)
        digest_add(digest, letters, sizeof letters);
    assert_true(digest_end(digest, hex));
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static const struct {
    const char *bytes;
    size_t length;
    const char *text;
} encodings[] = {
    {"", 0, ""},
    {"f", 1, "Zg"},
    {"fo", 2, "Zm8"},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg"},
    {"fooba", 5, "Zm9vYmE"},
    {"foobar", 6, "Zm9vYmFy"},
    {"\xfb\xff\xbf", 3, "-_-_"}, // the two letters that base64 writes otherwise
    {"\0", 1, "AA"},
    {"a\0b", 3, "YQBi"},
};

static void base64url_is_that_of_rfc_4648_without_padding(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(encodings); i++) {
        size_t length = 99;
        char *text = digest_base64url_encode(encodings[i].bytes, encodings[i].length);
        char *bytes = digest_base64url_decode(encodings[i].text, &length);
        assert_non_null(text);
        assert_non_null(bytes);
        assert_string_equal(text, encodings[i].text);
        assert_int_equal(length, encodings[i].length);
        assert_memory_equal(bytes, encodings[i].bytes, length + 1);
        free(text);
        free(bytes);
    }
}

static void every_length_of_bytes_comes_back(void **state)
{
    unsigned char bytes[300];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 167 + 13);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        size_t returned = 0;
        char *text = digest_base64url_encode(bytes, length);
        assert_non_null(text);
        assert_int_equal(strlen(text), (length * 4 + 2) / 3);
        char *back = digest_base64url_decode(text, &returned);
        assert_non_null(back);
        assert_int_equal(returned, length);
        assert_memory_equal(back, bytes, length);
        free(text);
        free(back);
    }
}

static const struct {
    const char *sentence, *text;
} refusals[] = {
    {"padding", "Zg=="},
    {"one letter alone", "Z"},
    {"five letters", "Zm9vZ"},
    {"the plus of base64", "+_-_"},
    {"the slash of base64", "-/-_"},
    {"a space", "Zm 9v"},
    {"a line end", "Zm9v\n"},
    {"a percent sign", "Zm9%"},
    {"a byte beyond ASCII", "Zm9\xc3"},
    {"a dot", "Zm9."},
};

static void what_is_not_base64url_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        size_t length = 0;
        char *bytes = digest_base64url_decode(refusals[i].text, &length);
        if (bytes)
            fail_msg("%s was taken", refusals[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        // First: a process makes its key when it first needs one.
        cmocka_unit_test(a_hash_is_the_same_in_one_process_and_another_in_the_next),
        cmocka_unit_test(digests_are_those_of_the_standard),
        cmocka_unit_test(a_signature_is_that_of_rfc_4231),
        cmocka_unit_test(no_two_keys_are_equal),
        cmocka_unit_test(a_digest_does_not_depend_on_how_its_bytes_are_fed),
        cmocka_unit_test(a_million_letters_have_the_digest_of_fips_180),
        cmocka_unit_test(base64url_is_that_of_rfc_4648_without_padding),
        cmocka_unit_test(every_length_of_bytes_comes_back),
        cmocka_unit_test(what_is_not_base64url_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
