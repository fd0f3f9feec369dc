/* Bytes that grow at their end. */
#ifndef CTEXPLORE_GROWING_H
#define CTEXPLORE_GROWING_H

#include <stdlib.h>
#include <string.h>

typedef struct {
    unsigned char *bytes;
    size_t size, room;
} Growing;

/* 0 when there is no memory; what was there stays. */
static inline int append(Growing *growing, const void *bytes, size_t size)
{
    size_t needed = growing->size + size;
    if (needed > growing->room) {
        size_t room = growing->room ? growing->room : 256;
        while (room < needed)
            room *= 2;
        unsigned char *grown = realloc(growing->bytes, room);
        if (!grown)
            return 0;
        growing->bytes = grown;
        growing->room = room;
    }
    if (size)
        memcpy(growing->bytes + growing->size, bytes, size);
    growing->size = needed;
    return 1;
}

static inline void give_back(Growing *growing)
{
    free(growing->bytes);
    memset(growing, 0, sizeof *growing);
}

#endif
