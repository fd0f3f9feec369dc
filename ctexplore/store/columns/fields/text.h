/* Bytes that are read within their bounds only. */
#ifndef CTEXPLORE_TEXT_H
#define CTEXPLORE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const unsigned char *bytes;
    size_t size;
} Text;

/* From start to before end; empty where nothing is. */
typedef struct {
    size_t start, end;
} Slice;

/* 0 past the end: no JSON value goes on with it, so every reader stops there. */
static inline unsigned char byte_at(Text text, size_t at)
{
    return at < text.size ? text.bytes[at] : 0;
}

static inline int has_at(Text text, size_t at, const char *wanted, size_t size)
{
    return at <= text.size && size <= text.size - at && !memcmp(text.bytes + at, wanted, size);
}

/* The part of a text; an empty one where the slice leaves it. */
static inline Text part_of(Text text, Slice slice)
{
    if (slice.start > slice.end || slice.end > text.size)
        return (Text){text.bytes, 0};
    return (Text){text.bytes + slice.start, slice.end - slice.start};
}

#endif
