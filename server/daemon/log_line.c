// Formats log lines without printf, which would cost half as much as an answer.
#include "daemon/log_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "dates/calendar.h"

enum {
    END = 2,                  // room for a brace and the line end
    TEXT_MAX = LINE_SIZE / 4, // maximum bytes of one text, so that the fields after it have room
    ESCAPE_MAX = 6            // output bytes for one input byte
};

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static void bytes_add(struct log_line *line, const char *bytes, size_t length)
{
    size_t room = LINE_SIZE - END - line->length;
    length = length < room ? length : room;
    memcpy(line->text + line->length, bytes, length);
    line->length += length;
}

static void char_add(struct log_line *line, char c)
{
    if (line->length < LINE_SIZE - END)
        line->text[line->length++] = c;
}

static void control_add(struct log_line *line, unsigned char c)
{
    char escape[ESCAPE_MAX + 1];
    int length = snprintf(escape, sizeof escape, "\\u%04x", c);
    bytes_add(line, escape, (size_t)length);
}

// Escapes as in JSON, which readers of logfmt also understand; bytes that are not UTF-8 become
// question marks.
static void quoted_add(struct log_line *line, const char *text)
{
    size_t end = line->length + TEXT_MAX;
    bool good = text_is_utf8(text, strlen(text));
    char_add(line, '"');
    for (; *text && line->length < end && line->length + 2 * ESCAPE_MAX < LINE_SIZE; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            char_add(line, '\\');
        if (c < ' ' || c == 127)
            control_add(line, c);
        else
            char_add(line, c >= 128 && !good ? '?' : *text);
    }
    // Completes a character of several bytes.
    while (good && ((unsigned char)*text & 0xC0) == 0x80)
        char_add(line, *text++);
    char_add(line, '"');
}

static void field_name_add(struct log_line *line, const char *name)
{
    bool json = line->format == LOG_JSON;
    if (json)
        char_add(line, line->length ? ',' : '{');
    else if (line->length)
        char_add(line, ' ');
    if (json)
        char_add(line, '"');
    bytes_add(line, name, strlen(name));
    if (json)
        char_add(line, '"');
    char_add(line, json ? ':' : '=');
}

// Adds TEXT if logfmt allows it without quotes; checks while copying, because most texts are short
// and plain.
static bool plain_add(struct log_line *line, const char *text)
{
    static const bool plain[256] = {
        ['a' ... 'z'] = true, ['A' ... 'Z'] = true, ['0' ... '9'] = true, ['-'] = true,
        ['.'] = true,         ['_'] = true,         [':'] = true,         ['/'] = true,
        ['+'] = true,         ['@'] = true,         [','] = true};
    char *out = line->text + line->length;
    size_t length = 0, room = LINE_SIZE - END - line->length;
    room = room < TEXT_MAX ? room : TEXT_MAX;
    for (; plain[(unsigned char)text[length]]; length++)
        if (length < room)
            out[length] = text[length];
    if (!length || text[length])
        return false;
    line->length += length < room ? length : room;
    return true;
}

// NUMBER with WIDTH digits.
static void digits_put(char *out, int number, size_t width)
{
    for (; width; number /= 10)
        out[--width] = (char)('0' + number % 10);
}

// gmtime_r takes a lock that all threads share.
static void time_add(struct log_line *line, const struct timespec *now)
{
    char text[] = "0000-00-00T00:00:00.000Z";
    const struct calendar_day day = calendar_of((int)(now->tv_sec / 86400));
    const int of_day = (int)(now->tv_sec % 86400);
    digits_put(text, day.year, 4);
    digits_put(text + 5, day.month, 2);
    digits_put(text + 8, day.day, 2);
    digits_put(text + 11, of_day / 3600, 2);
    digits_put(text + 14, of_day / 60 % 60, 2);
    digits_put(text + 17, of_day % 60, 2);
    digits_put(text + 20, (int)(now->tv_nsec / 1000000), 3);
    if (line->format == LOG_JSON)
        char_add(line, '"');
    bytes_add(line, text, sizeof text - 1);
    if (line->format == LOG_JSON)
        char_add(line, '"');
}

void log_line_begin(struct log_line *line, enum log_format format, const struct timespec *now,
                    enum log_level level, const char *event)
{
    line->length = 0;
    line->format = format;
    field_name_add(line, "time");
    time_add(line, now);
    log_line_add(line, &(struct log_field){.name = "level", .text = level_names[level]});
    log_line_add(line, &(struct log_field){.name = "event", .text = event});
}

void log_line_add(struct log_line *line, const struct log_field *field)
{
    field_name_add(line, field->name);
    char digits[TEXT_NUMBER_SIZE];
    if (!field->text) {
        size_t length = text_number(field->number, digits);
        bytes_add(line, digits, length);
        return;
    }
    if (line->format == LOG_JSON || !plain_add(line, field->text))
        quoted_add(line, field->text);
}

void log_line_end(struct log_line *line)
{
    if (line->format == LOG_JSON)
        line->text[line->length++] = '}';
    line->text[line->length++] = '\n';
}
