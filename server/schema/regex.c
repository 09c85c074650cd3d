// Translates regular expressions of ECMA-262, after checking them, into those of PCRE2, which
// differ.
#include "schema/regex.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { MATCH_LIMIT = 200000, DEPTH_LIMIT = 100000, HEAP_LIMIT_KIB = 16384 };

struct regex {
    pcre2_code *code;
    pcre2_match_context *limits;
};

// The members of ECMA-262's \s and \S (WhiteSpace and LineTerminator), because PCRE's differ.
static const char space_members[] =
    "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}"
    "\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
static const char other_members[] =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
    "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}"
    "\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

struct rewriter {
    const char *next; // the rest of the input
    FILE *out;
    bool in_class;
    bool quantifiable; // the last item read can take a quantifier
};

// Each of the rewrite_...() functions below reads one item at `next`, writes the equivalent for
// PCRE2 and returns NULL, or says what is wrong.

static const char *rewrite_character(struct rewriter *rewriter, uint32_t character)
{
    if (character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
        return "an escape stands for no character";
    fprintf(rewriter->out, "\\x{%x}", character);
    return NULL;
}

// Reads exactly COUNT hexadecimal digits.
static bool read_digits(struct rewriter *rewriter, size_t count, uint32_t *ret_value)
{
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = (unsigned char)rewriter->next[i];
        if (!isxdigit(digit))
            return false;
        value = value * 16 + (uint32_t)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
    }
    rewriter->next += count;
    *ret_value = value;
    return true;
}

static const char *rewrite_braced_unicode(struct rewriter *rewriter)
{
    size_t digits = strspn(++rewriter->next, "0123456789abcdefABCDEF");
    uint32_t character;
    if (digits == 0 || digits > 6 || rewriter->next[digits] != '}' ||
        !read_digits(rewriter, digits, &character))
        return "a \\u{ needs one to six hexadecimal digits and a }";
    rewriter->next++;
    return rewrite_character(rewriter, character);
}

static const char *rewrite_unicode(struct rewriter *rewriter)
{
    uint32_t high;
    uint32_t low;
    if (*rewriter->next == '{')
        return rewrite_braced_unicode(rewriter);
    if (!read_digits(rewriter, 4, &high))
        return "a \\u needs four hexadecimal digits";
    if (high < 0xd800 || high > 0xdbff || strncmp(rewriter->next, "\\u", 2) != 0)
        return rewrite_character(rewriter, high);
    rewriter->next += 2;
    if (!read_digits(rewriter, 4, &low) || low < 0xdc00 || low > 0xdfff)
        return "a surrogate stands alone";
    return rewrite_character(rewriter, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
}

static const char *rewrite_property(struct rewriter *rewriter, char escape)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=";
    size_t length = *rewriter->next == '{' ? strspn(rewriter->next + 1, allowed) : 0;
    if (length == 0 || rewriter->next[length + 1] != '}')
        return "a \\p needs the name of a property in braces";
    fprintf(rewriter->out, "\\%c%.*s", escape, (int)length + 2, rewriter->next);
    rewriter->next += length + 2;
    return NULL;
}

static const char *rewrite_space(struct rewriter *rewriter, const char *members)
{
    fprintf(rewriter->out, rewriter->in_class ? "%s" : "[%s]", members);
    return NULL;
}

// Escapes that mean something else inside a class, or nothing.
static const char *rewrite_placed_escape(struct rewriter *rewriter, char escape)
{
    if (escape == 'b' && rewriter->in_class)
        return rewrite_character(rewriter, '\b');
    if (escape == '-' && rewriter->in_class)
        return rewrite_character(rewriter, '-');
    if (escape == '-' || rewriter->in_class)
        return "an escape is not known there";
    rewriter->quantifiable = false;
    fprintf(rewriter->out, "\\%c", escape);
    return NULL;
}

static const char *rewrite_byte_escape(struct rewriter *rewriter, char escape)
{
    uint32_t character = 0;
    if (escape == 'x' && !read_digits(rewriter, 2, &character))
        return "a \\x needs two hexadecimal digits";
    if (escape == '0' && isdigit((unsigned char)*rewriter->next))
        return "octal escapes are not supported";
    if (escape == 'c') {
        if (!isalpha((unsigned char)*rewriter->next))
            return "a \\c needs a letter";
        character = (uint32_t)*rewriter->next++ % 32;
    }
    return rewrite_character(rewriter, character);
}

static const char *rewrite_escape(struct rewriter *rewriter)
{
    char escape = rewriter->next[1];
    rewriter->quantifiable = true;
    if (escape == '\0')
        return "it ends in a backslash";
    rewriter->next += 2;
    switch (escape) {
    case 's':
        return rewrite_space(rewriter, space_members);
    case 'S':
        return rewrite_space(rewriter, other_members);
    case 'p':
    case 'P':
        return rewrite_property(rewriter, escape);
    case 'b':
    case 'B':
    case '-':
        return rewrite_placed_escape(rewriter, escape);
    case 'u':
        return rewrite_unicode(rewriter);
    case 'x':
    case '0':
    case 'c':
        return rewrite_byte_escape(rewriter, escape);
    case 'v':
        return rewrite_character(rewriter, '\v');
    default:
        if (!strchr("dDwWnrtf^$\\.*+?()[]{}|/", escape))
            return "it has an escape that is not supported";
        fprintf(rewriter->out, "\\%c", escape);
        return NULL;
    }
}

// Reads one member of a class. RANGE says whether a "-" that forms a range precedes it. RET_SET
// receives whether it is a set of characters, which cannot end a range.
static const char *rewrite_member(struct rewriter *rewriter, bool range, bool *ret_set)
{
    bool set = rewriter->next[0] == '\\' && rewriter->next[1] != '\0' &&
               strchr("dDwWsSpP", rewriter->next[1]);
    if (set && range)
        return "a range of characters ends in a set of characters";
    *ret_set = set;
    if (*rewriter->next == '\\')
        return rewrite_escape(rewriter);
    if (*rewriter->next == '[')
        fputc('\\', rewriter->out); // PCRE2 knows [:names:] in a class
    fputc(*rewriter->next++, rewriter->out);
    return NULL;
}

// PCRE2 does not allow the empty class to be repeated zero times.
static const char *rewrite_empty_class(struct rewriter *rewriter, bool negated)
{
    fputs(negated ? "[\\x{0}-\\x{10ffff}]" : "[^\\x{0}-\\x{10ffff}]", rewriter->out);
    rewriter->next += negated ? strlen("[^]") : strlen("[]");
    rewriter->quantifiable = true;
    return NULL;
}

static const char *rewrite_class(struct rewriter *rewriter)
{
    const char *fault = NULL;
    bool set = false;
    bool range = false; // the next member ends a range
    bool start = false; // the last member can start a range
    bool negated = rewriter->next[1] == '^';
    if (rewriter->next[negated ? 2 : 1] == ']')
        return rewrite_empty_class(rewriter, negated);
    rewriter->in_class = true;
    fputc(*rewriter->next++, rewriter->out);
    if (negated)
        fputc(*rewriter->next++, rewriter->out);
    while (!fault && *rewriter->next && *rewriter->next != ']') {
        bool dash = *rewriter->next == '-' && rewriter->next[1] != ']';
        if (dash && set)
            return "a range of characters starts with a set of characters";
        dash = dash && start;
        fault = rewrite_member(rewriter, range, &set);
        start = !dash && !range;
        range = dash;
    }
    if (!fault && *rewriter->next != ']')
        return "a class has no end";
    if (!fault)
        fputc(*rewriter->next++, rewriter->out);
    rewriter->in_class = false;
    rewriter->quantifiable = true;
    return fault;
}

static const char *rewrite_group(struct rewriter *rewriter)
{
    static const char *const openings[] = {"(?:", "(?=", "(?!", "(?<=", "(?<!"};
    rewriter->quantifiable = false;
    if (rewriter->next[1] != '?') {
        fputc(*rewriter->next++, rewriter->out);
        return NULL;
    }
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        size_t length = strlen(openings[i]);
        if (strncmp(rewriter->next, openings[i], length) == 0) {
            fputs(openings[i], rewriter->out);
            rewriter->next += length;
            return NULL;
        }
    }
    return "it has a group of a kind that is not supported";
}

// The length of the quantifier at TEXT without the "?" that makes it lazy; 0 if there is none.
static size_t quantifier_length(const char *text)
{
    if (*text != '{')
        return strspn(text, "*+?") ? 1 : 0;
    size_t length = 1 + strspn(text + 1, "0123456789");
    if (length == 1)
        return 0;
    if (text[length] == ',')
        length += 1 + strspn(text + length + 1, "0123456789");
    return text[length] == '}' ? length + 1 : 0;
}

static const char *rewrite_quantifier(struct rewriter *rewriter)
{
    size_t length = quantifier_length(rewriter->next);
    if (length == 0)
        return "a { is neither escaped nor a quantifier";
    if (!rewriter->quantifiable)
        return "a quantifier has nothing to repeat";
    length += rewriter->next[length] == '?';
    fwrite(rewriter->next, 1, length, rewriter->out);
    rewriter->next += length;
    rewriter->quantifiable = false;
    return NULL;
}

static const char *rewrite_dot(struct rewriter *rewriter)
{
    fputs("[^\\n\\r\\x{2028}\\x{2029}]", rewriter->out);
    rewriter->next++;
    rewriter->quantifiable = true;
    return NULL;
}

static const char *rewrite_next(struct rewriter *rewriter)
{
    char next = *rewriter->next;
    switch (next) {
    case '\\':
        return rewrite_escape(rewriter);
    case '[':
        return rewrite_class(rewriter);
    case '(':
        return rewrite_group(rewriter);
    case '.':
        return rewrite_dot(rewriter);
    case '*':
    case '+':
    case '?':
    case '{':
        return rewrite_quantifier(rewriter);
    case ']':
    case '}':
        return "a closing bracket is neither escaped nor has an opening one";
    default:
        rewriter->quantifiable = !strchr("^$|", next);
        fputc(next, rewriter->out);
        rewriter->next++;
        return NULL;
    }
}

// Returns the text for PCRE2 to compile, for free(); NULL with the reason in RET_FAULT.
static char *rewrite(const char *text, char *ret_fault)
{
    char *result = NULL;
    size_t size;
    const char *fault = NULL;
    struct rewriter rewriter = {.next = text, .out = open_memstream(&result, &size)};
    if (!rewriter.out) {
        snprintf(ret_fault, PATTERN_FAULT_SIZE, "out of memory");
        return NULL;
    }
    while (!fault && *rewriter.next)
        fault = rewrite_next(&rewriter);
    bool failed = ferror(rewriter.out) != 0;
    failed = fclose(rewriter.out) != 0 || failed || !result;
    if (!fault && !failed)
        return result;
    snprintf(ret_fault, PATTERN_FAULT_SIZE, "%s", fault ? fault : "out of memory");
    free(result);
    return NULL;
}

static pcre2_code *code_new(const char *text, char *ret_fault)
{
    int error;
    PCRE2_SIZE offset;
    uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
    if (!code)
        pcre2_get_error_message(error, (PCRE2_UCHAR *)ret_fault, PATTERN_FAULT_SIZE);
    return code;
}

static pcre2_match_context *limits_new(void)
{
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    if (!limits)
        return NULL;
    pcre2_set_match_limit(limits, MATCH_LIMIT);
    pcre2_set_depth_limit(limits, DEPTH_LIMIT);
    pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
    return limits;
}

struct regex *regex_new(const char *text, char ret_fault[PATTERN_FAULT_SIZE])
{
    char *rewritten = rewrite(text, ret_fault);
    if (!rewritten)
        return NULL;
    pcre2_code *code = code_new(rewritten, ret_fault);
    free(rewritten);
    if (!code)
        return NULL;
    struct regex *pattern = malloc(sizeof *pattern);
    pcre2_match_context *limits = limits_new();
    if (!pattern || !limits) {
        snprintf(ret_fault, PATTERN_FAULT_SIZE, "out of memory");
        pcre2_match_context_free(limits);
        pcre2_code_free(code);
        free(pattern);
        return NULL;
    }
    *pattern = (struct regex){.code = code, .limits = limits};
    return pattern;
}

void regex_free(struct regex *pattern)
{
    if (!pattern)
        return;
    pcre2_match_context_free(pattern->limits);
    pcre2_code_free(pattern->code);
    free(pattern);
}

void regex_memory_free(struct pattern_memory *memory)
{
    pcre2_match_data_free(memory->data);
    memory->data = NULL;
}

bool regex_matches(const struct regex *pattern, const char *text, size_t length,
                   struct pattern_memory *memory, bool *ret_gave_up)
{
    // Uses the interpreter instead of JIT code: it costs about 60 ns per match, and needs no memory
    // that is both writable and executable.
    if (!memory->data)
        memory->data = pcre2_match_data_create(1, NULL);
    if (!memory->data) {
        *ret_gave_up = true;
        return false;
    }
    int result =
        pcre2_match(pattern->code, (PCRE2_SPTR)text, length, 0, 0, memory->data, pattern->limits);
    bool invalid = result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21;
    if (result < 0 && result != PCRE2_ERROR_NOMATCH && !invalid)
        *ret_gave_up = true;
    return result >= 0;
}
