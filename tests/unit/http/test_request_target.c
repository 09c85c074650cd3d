// Targets in every form that RFC 9112 has, and what may be a host.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/request_target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *target, *read;
} targets[] = {
    {"/", "/"},
    {"/v1/events?limit=1", "/v1/events?limit=1"},
    {"/http://x/y", "/http://x/y"},
    {"*", "*"},
    {"", ""},
    {"v1/events", "v1/events"},
    {"localhost:8080", "localhost:8080"},
    {"http://localhost/v1/events?limit=1", "/v1/events?limit=1"},
    {"HTTPS://data.example.org:8443/v1", "/v1"},
    {"http://[::1]:8080/a?b", "/a?b"},
    {"http://x", "/"},
    {"http://x?limit=1", "/?limit=1"},
    {"http://x//y", "//y"},
    {"http://x/a?u=http://y/z", "/a?u=http://y/z"},
    // None of these names a host.
    {"http:///v1", "http:///v1"},
    {"http://user@x/v1", "http://user@x/v1"},
    {"http://x y/v1", "http://x y/v1"},
    {"http://x:8o/v1", "http://x:8o/v1"},
    {"ftp://x/v1", "ftp://x/v1"},
    {"http:/v1", "http:/v1"},
};

static void absolute_targets_are_cut_at_their_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct buffer out = {0};
        request_target_add(targets[i].target, &out);
        assert_string_equal(buffer_text(&out), targets[i].read);
        buffer_cleanup(&out);
    }
}

static const char *const hosts[] = {"",
                                    "localhost",
                                    "localhost:8080",
                                    "data.example.org:",
                                    "10.0.0.1",
                                    "[::1]",
                                    "[2001:db8::1]:8080",
                                    "[v1.x]",
                                    "a_b",
                                    "xn--mnchen-3ya.de",
                                    "%6c%6F"};

static const char *const no_hosts[] = {
    "a b",    "a/b", "a,b", "a@b",  "a:b", "a:8080:9", "a:8 ",     "[::1", "::1",      "[]",
    "[::1]x", "a%2", "<x>", "a\\b", "a?b", "a#b",      "\xc3\xa9", "a\tb", "[::1]8080"};

static void a_host_is_one_host(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hosts); i++)
        if (!request_target_is_host(hosts[i]))
            fail_msg("'%s' is refused", hosts[i]);
    for (size_t i = 0; i < COUNT(no_hosts); i++)
        if (request_target_is_host(no_hosts[i]))
            fail_msg("'%s' is taken", no_hosts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absolute_targets_are_cut_at_their_path),
        cmocka_unit_test(a_host_is_one_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
