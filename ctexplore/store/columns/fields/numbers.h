/* Numbers for distinct byte strings, in order of first sight: a hash table without Python objects. */
#ifndef CTEXPLORE_NUMBERS_H
#define CTEXPLORE_NUMBERS_H

#include "growing.h"
#include "text.h"

typedef struct {
    uint64_t hash;
    size_t start, size; /* in `keys` */
    int verdict;        /* whatever was found out about the key */
} Known;

/* The upper half of a hash, and the key's number plus one; 0 is an empty slot. */
typedef struct {
    uint32_t hash, place;
} Slot;

typedef struct {
    uint64_t seed, secret;
    Slot *slots; /* a power of two of them, at most half of them used */
    size_t slot_count, count;
    Growing known, keys;
    size_t last; /* the number that was found last */
} Numbers;

#define UNKNOWN (-1)
#define CROWDED (-2) /* so many keys at one place that somebody may have made them to */

/* 0 when there is no memory. */
int numbers_init(Numbers *numbers, uint64_t seed);

void numbers_free(Numbers *numbers);

/* Give a key that has none the number `count`; 0 when there is no memory. */
int numbers_add(Numbers *numbers, Text key, uint64_t hash, int verdict);

static inline Known *numbers_known(const Numbers *numbers, size_t number)
{
    return (Known *)numbers->known.bytes + number;
}

static inline Text numbers_key(const Numbers *numbers, size_t number)
{
    const Known *known = numbers_known(numbers, number);
    return (Text){numbers->keys.bytes + known->start, known->size};
}

static inline int numbers_is(const Numbers *numbers, size_t number, Text key)
{
    Text other = numbers_key(numbers, number);
    /* Where all keys so far are empty, there are no bytes to compare with. */
    return other.size == key.size && (!key.size || !memcmp(other.bytes, key.bytes, key.size));
}

static inline uint64_t mixed(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t numbers_hash(const Numbers *numbers, Text key)
{
    uint64_t hash = numbers->seed ^ key.size, pair[2];
    size_t at = 0;
    for (; at + sizeof pair < key.size; at += sizeof pair) {
        memcpy(pair, key.bytes + at, sizeof pair);
        hash = mixed(hash ^ pair[0], numbers->secret ^ pair[1]);
    }
    pair[0] = pair[1] = 0;
    memcpy(pair, key.bytes + at, key.size - at);
    return mixed(mixed(hash ^ pair[0], numbers->secret ^ pair[1]), numbers->secret);
}

/* Honest keys need a handful of steps. */
#define MOST_STEPS 64

/* The number of a key, or UNKNOWN, or CROWDED. */
static inline int64_t numbers_find(Numbers *numbers, Text key, uint64_t hash)
{
    size_t mask = numbers->slot_count - 1;
    for (size_t step = 0; step < MOST_STEPS; step++) {
        Slot slot = numbers->slots[(hash + step) & mask];
        if (!slot.place)
            return UNKNOWN;
        if (slot.hash == hash >> 32 && numbers_is(numbers, slot.place - 1, key))
            return (int64_t)(numbers->last = slot.place - 1);
    }
    return CROWDED;
}

#endif
