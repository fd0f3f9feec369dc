/* Numbers for distinct byte strings: a hash table that never holds Python objects. */
#ifndef CTEXPLORE_NUMBERS_H
#define CTEXPLORE_NUMBERS_H

#include "growing.h"
#include "text.h"

typedef struct {
    uint64_t hash;
    size_t start, size; /* in `keys` */
    uint32_t number;
} Known;

typedef struct {
    uint64_t seed;
    uint32_t *slots; /* position in `known`, plus one; a power of two of them */
    size_t slot_count, count;
    Growing known, keys;
} Numbers;

/* 0 when there is no memory. */
int numbers_init(Numbers *numbers, uint64_t seed);
void numbers_free(Numbers *numbers);

uint64_t numbers_hash(const Numbers *numbers, Text key);

#define UNKNOWN (-1)
#define CROWDED (-2) /* so many keys at one place that somebody may have made them to */

/* The number of a key, or one of these. */
int64_t numbers_find(const Numbers *numbers, Text key, uint64_t hash);

/* Give a key that has none a number; 0 when there is no memory. */
int numbers_add(Numbers *numbers, Text key, uint64_t hash, uint32_t number);

#endif
