// Wraps the C library's allocator and records per thread whether an allocation failed.
#include "base/memory.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/json.h"

void *__real_malloc(size_t size);
void __real_free(void *memory);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void __wrap_free(void *memory);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

// Tests may define this function to make an allocation fail.
__attribute__((weak)) bool memory_is_refused(void);

static _Thread_local bool ended;

static bool refused(void)
{
    return memory_is_refused && memory_is_refused();
}

void *memory_noted(void *memory)
{
    if (!memory)
        ended = true;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return memory_noted(refused() ? NULL : __real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return memory_noted(refused() ? NULL : __real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    return memory_noted(refused() ? NULL : __real_realloc(old, size));
}

char *__wrap_strdup(const char *text)
{
    return memory_noted(refused() ? NULL : __real_strdup(text));
}

char *__wrap_strndup(const char *text, size_t length)
{
    return memory_noted(refused() ? NULL : __real_strndup(text, length));
}

// When Jansson cannot grow a string it drops a byte, carries on, and then writes past the end of
// the string. So a failed allocation is served from a reserve, until memory_forgive.
enum { RESERVE = 65536, ALIGNMENT = 16 };
static _Thread_local _Alignas(ALIGNMENT) char reserve[RESERVE];
static _Thread_local size_t taken;

static void *json_malloc_noted(size_t size)
{
    void *memory = __wrap_malloc(size);
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (memory || size > RESERVE || rounded > RESERVE - taken)
        return memory;
    memory = reserve + taken;
    taken += rounded;
    return memory;
}

// Memory allocated by Jansson is freed by Jansson or, for strings, by this program.
void __wrap_free(void *memory)
{
    uintptr_t place = (uintptr_t)memory, first = (uintptr_t)reserve;
    if (place < first || place >= first + RESERVE)
        __real_free(memory);
}

void memory_watch(void)
{
    json_set_alloc_funcs(json_malloc_noted, __wrap_free);
}

bool memory_ended(void)
{
    return ended;
}

void memory_forgive(void)
{
    ended = false;
    taken = 0;
}

// Drops clean pages from memory: only this process's mapping, not the file's pages in the cache.
static int object_settle(struct dl_phdr_info *object, size_t size, void *context)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size, (void)context;
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        uintptr_t first = object->dlpi_addr + segment->p_vaddr, end = first + segment->p_memsz;
        first = (first + page - 1) / page * page;
        end = end / page * page;
        if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W) && first < end)
            // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader gives addresses as numbers
            madvise((void *)first, end - first, MADV_DONTNEED);
    }
    return 0;
}

void memory_settle(void)
{
    malloc_trim(0);
    dl_iterate_phdr(object_settle, NULL);
}
