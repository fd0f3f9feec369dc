/* Where JSON values end (RFC 8259). Stricter than it must be: what is refused here is read by the
   careful readers in Python. All in this header, so that the compiler sees through the calls. */
#ifndef CTEXPLORE_JSON_H
#define CTEXPLORE_JSON_H

#include "text.h"

/* The first position from `at` that is no white space. */
static inline size_t after_blanks(Text text, size_t at)
{
    for (;;) {
        unsigned char byte = byte_at(text, at);
        if (byte > ' ' || (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t'))
            return at;
        at++;
    }
}

typedef unsigned char Block __attribute__((vector_size(16)));

/* Where a run of plain characters ends: at a quote, a backslash or a control character. */
static inline size_t after_run(Text text, size_t at)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    while (at + sizeof(Block) <= text.size) {
        Block block;
        uint64_t ends[2];
        memcpy(&block, text.bytes + at, sizeof block);
        Block end = (Block)((block == '"') | (block == '\\') | (block < ' '));
        memcpy(ends, &end, sizeof ends);
        if (ends[0] | ends[1]) {
            /* Without a branch, which nobody could foretell. */
            uint64_t half = ends[0] ? ends[0] : ends[1];
            return at + (ends[0] ? 0 : 8) + ((size_t)__builtin_ctzll(half) >> 3);
        }
        at += sizeof block;
    }
#endif
    for (;;) {
        unsigned char byte = byte_at(text, at);
        if (byte == '"' || byte == '\\' || byte < ' ')
            return at;
        at++;
    }
}

static int hex(unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The UTF-16 unit that \uXXXX at `at` stands for; -1 when there is none. */
static int32_t unit_at(Text text, size_t at)
{
    int32_t unit = 0;
    if (byte_at(text, at) != '\\' || byte_at(text, at + 1) != 'u')
        return -1;
    for (size_t digit = at + 2; digit < at + 6; digit++) {
        int value = hex(byte_at(text, digit));
        if (value < 0)
            return -1;
        unit = unit << 4 | value;
    }
    return unit;
}

/* Behind the escape whose backslash stands at `at`; 0 when there is none, or half a pair. */
static size_t after_escape(Text text, size_t at)
{
    switch (byte_at(text, at + 1)) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
        return at + 2;
    default:
        break;
    }
    int32_t unit = unit_at(text, at);
    if (unit < 0xd800 || unit > 0xdfff)
        return unit < 0 ? 0 : at + 6;
    int32_t second = unit_at(text, at + 6);
    return unit < 0xdc00 && second >= 0xdc00 && second <= 0xdfff ? at + 12 : 0;
}

/* Where the string at `at` ends, behind its quote; 0 when none is there. Sets *escaped where it
   holds a backslash. */
static inline size_t after_string(Text text, size_t at, int *escaped)
{
    if (byte_at(text, at) != '"')
        return 0;
    at++;
    for (;;) {
        at = after_run(text, at);
        switch (byte_at(text, at)) {
        case '"':
            return at + 1;
        case '\\':
            *escaped = 1;
            at = after_escape(text, at);
            if (!at)
                return 0;
            break;
        default:
            return 0;
        }
    }
}

static size_t after_digits(Text text, size_t at)
{
    size_t start = at;
    while (byte_at(text, at) >= '0' && byte_at(text, at) <= '9')
        at++;
    return at == start ? 0 : at;
}

static size_t after_number(Text text, size_t at)
{
    if (byte_at(text, at) == '-')
        at++;
    at = byte_at(text, at) == '0' ? at + 1 : after_digits(text, at);
    if (at && byte_at(text, at) == '.')
        at = after_digits(text, at + 1);
    if (at && (byte_at(text, at) == 'e' || byte_at(text, at) == 'E')) {
        at++;
        if (byte_at(text, at) == '+' || byte_at(text, at) == '-')
            at++;
        at = after_digits(text, at);
    }
    return at;
}

static size_t after_word(Text text, size_t at, const char *word, size_t size)
{
    return has_at(text, at, word, size) ? at + size : 0;
}

static size_t after_scalar(Text text, size_t at)
{
    int escaped;
    switch (byte_at(text, at)) {
    case '"':
        return after_string(text, at, &escaped);
    case 't':
        return after_word(text, at, "true", 4);
    case 'f':
        return after_word(text, at, "false", 5);
    case 'n':
        return after_word(text, at, "null", 4);
    default:
        return after_number(text, at);
    }
}

/* Behind a member's key and colon, where its value starts; 0 when none is there. */
static size_t after_key(Text text, size_t at)
{
    int escaped;
    at = after_string(text, at, &escaped);
    if (!at)
        return 0;
    at = after_blanks(text, at);
    return byte_at(text, at) == ':' ? after_blanks(text, at + 1) : 0;
}

/* One bit for each level; CloudTrail cuts what is nested deeper long before. */
#define DEEPEST 64

/* Where the value at `at` ends; 0 when none is there, or one that is nested too deep. */
static inline size_t after_value(Text text, size_t at)
{
    uint64_t objects = 0; /* the lowest bit: what is open is an object, not a list */
    int depth = 0;

    for (;;) {
        unsigned char first = byte_at(text, at);
        int closed = 0;
        if (first == '{' || first == '[') {
            int object = first == '{';
            at = after_blanks(text, at + 1);
            if (byte_at(text, at) == (object ? '}' : ']')) {
                at++;
            } else {
                if (depth++ == DEEPEST)
                    return 0;
                objects = objects << 1 | (uint64_t)object;
                if (object && !(at = after_key(text, at)))
                    return 0;
                continue;
            }
        } else if (!(at = after_scalar(text, at))) {
            return 0;
        }
        while (!closed) {
            if (!depth)
                return at;
            at = after_blanks(text, at);
            unsigned char next = byte_at(text, at);
            if (next == ',') {
                at = after_blanks(text, at + 1);
                if (objects & 1 && !(at = after_key(text, at)))
                    return 0;
                closed = 1;
            } else if (next == (objects & 1 ? '}' : ']')) {
                objects >>= 1;
                depth--;
                at++;
            } else {
                return 0;
            }
        }
    }
}

/* Go from behind an item of the list that is all of the text to the next one: 1, or 0 where the list
   ends, or -1 where neither is there. */
static inline int to_next_item(Text text, size_t *at)
{
    *at = after_blanks(text, *at);
    if (byte_at(text, *at) == ']')
        return *at + 1 == text.size ? 0 : -1;
    if (byte_at(text, *at) != ',')
        return -1;
    *at = after_blanks(text, *at + 1);
    return 1;
}

#endif
