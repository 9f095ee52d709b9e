/* See wrap.h. */
#include "wrap.h"

#include <string.h>

static void *counted(void *pointer)
{
        if (pointer)
                allocation_counts(1);
        return pointer;
}

void *__wrap_malloc(size_t size)
{
        return allocation_fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
        return allocation_fails() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
        void *pointer;

        if (allocation_fails())
                return NULL;
        pointer = __real_realloc(old, size);
        return old ? pointer : counted(pointer);
}

char *__wrap_strdup(const char *text)
{
        char *copy = __wrap_malloc(strlen(text) + 1);

        return copy ? strcpy(copy, text) : NULL;
}

void __wrap_free(void *pointer)
{
        if (pointer)
                allocation_counts(-1);
        __real_free(pointer);
}
