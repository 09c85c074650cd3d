// Allocates as the C library does and keeps for each thread whether that failed.
#include "memory.h"

#include <stddef.h>
#include <stdlib.h>

#include "json.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

// A test may define it, to let an allocation fail.
__attribute__((weak)) bool memory_is_refused(void);

static _Thread_local bool ended;

static bool refused(void)
{
    return memory_is_refused && memory_is_refused();
}

static void *noted(void *memory)
{
    if (!memory)
        ended = true;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return noted(refused() ? NULL : __real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return noted(refused() ? NULL : __real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    return noted(refused() ? NULL : __real_realloc(old, size));
}

char *__wrap_strdup(const char *text)
{
    return noted(refused() ? NULL : __real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t length)
{
    return noted(refused() ? NULL : __real_strndup(text, length));
}

void memory_watch(void)
{
    json_set_alloc_funcs(__wrap_malloc, free);
}

bool memory_ended(void)
{
    return ended;
}

void memory_forgive(void)
{
    ended = false;
}
