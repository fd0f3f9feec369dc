#include "numbers.h"

#include <stdlib.h>

#define FIRST_SLOTS 64
/* Keys of honest logs need a handful of steps in a table that is at most half full. */
#define MOST_STEPS 64

int numbers_init(Numbers *numbers, uint64_t seed)
{
    memset(numbers, 0, sizeof *numbers);
    numbers->seed = seed;
    numbers->slot_count = FIRST_SLOTS;
    numbers->slots = calloc(FIRST_SLOTS, sizeof *numbers->slots);
    return numbers->slots != NULL;
}

void numbers_free(Numbers *numbers)
{
    free(numbers->slots);
    numbers->slots = NULL;
    give_back(&numbers->known);
    give_back(&numbers->keys);
}

static inline const Known *known_at(const Numbers *numbers, size_t place)
{
    return (const Known *)numbers->known.bytes + place;
}

static inline uint64_t mixed(uint64_t a, uint64_t b)
{
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t numbers_hash(const Numbers *numbers, Text key)
{
    const uint64_t odd = 0x9e3779b97f4a7c15u;
    uint64_t hash = numbers->seed ^ key.size, pair[2];
    size_t at = 0;
    for (; at + sizeof pair <= key.size; at += sizeof pair) {
        memcpy(pair, key.bytes + at, sizeof pair);
        hash = mixed(hash ^ pair[0], odd ^ pair[1]);
    }
    pair[0] = pair[1] = 0;
    memcpy(pair, key.bytes + at, key.size - at);
    hash = mixed(hash ^ pair[0], odd ^ pair[1]);
    return mixed(hash, odd);
}

static int is_key(const Numbers *numbers, const Known *known, Text key, uint64_t hash)
{
    return known->hash == hash && known->size == key.size &&
           !memcmp(numbers->keys.bytes + known->start, key.bytes, key.size);
}

int64_t numbers_find(const Numbers *numbers, Text key, uint64_t hash)
{
    size_t slot = hash & (numbers->slot_count - 1);
    for (int step = 0; step < MOST_STEPS; step++) {
        uint32_t place = numbers->slots[slot];
        if (!place)
            return UNKNOWN;
        const Known *known = known_at(numbers, place - 1);
        if (is_key(numbers, known, key, hash))
            return known->number;
        slot = (slot + 1) & (numbers->slot_count - 1);
    }
    return CROWDED;
}

static void fill_slot(Numbers *numbers, uint64_t hash, uint32_t place)
{
    size_t slot = hash & (numbers->slot_count - 1);
    while (numbers->slots[slot])
        slot = (slot + 1) & (numbers->slot_count - 1);
    numbers->slots[slot] = place;
}

static int widen_slots(Numbers *numbers)
{
    uint32_t *slots = calloc(numbers->slot_count * 2, sizeof *slots);
    if (!slots)
        return 0;
    free(numbers->slots);
    numbers->slots = slots;
    numbers->slot_count *= 2;
    for (size_t place = 0; place < numbers->count; place++)
        fill_slot(numbers, known_at(numbers, place)->hash, (uint32_t)place + 1);
    return 1;
}

int numbers_add(Numbers *numbers, Text key, uint64_t hash, uint32_t number)
{
    Known known = {hash, numbers->keys.size, key.size, number};
    if (numbers->count * 2 >= numbers->slot_count && !widen_slots(numbers))
        return 0;
    if (!append(&numbers->keys, key.bytes, key.size) ||
        !append(&numbers->known, &known, sizeof known))
        return 0;
    fill_slot(numbers, hash, (uint32_t)++numbers->count);
    return 1;
}
