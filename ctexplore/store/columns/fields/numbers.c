#include "numbers.h"

#define FIRST_SLOTS 64

int numbers_init(Numbers *numbers, uint64_t seed)
{
    memset(numbers, 0, sizeof *numbers);
    numbers->seed = seed;
    numbers->secret = mixed(seed, 0x9e3779b97f4a7c15u) | 1;
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

static void fill_slot(Numbers *numbers, uint64_t hash, size_t place)
{
    size_t mask = numbers->slot_count - 1, at = hash & mask;
    while (numbers->slots[at].place)
        at = (at + 1) & mask;
    numbers->slots[at] = (Slot){(uint32_t)(hash >> 32), (uint32_t)place};
}

static int widen_slots(Numbers *numbers)
{
    Slot *slots = calloc(numbers->slot_count * 2, sizeof *slots);
    if (!slots)
        return 0;
    free(numbers->slots);
    numbers->slots = slots;
    numbers->slot_count *= 2;
    for (size_t number = 0; number < numbers->count; number++)
        fill_slot(numbers, numbers_known(numbers, number)->hash, number + 1);
    return 1;
}

int numbers_add(Numbers *numbers, Text key, uint64_t hash, int verdict)
{
    Known known = {hash, numbers->keys.size, key.size, verdict};
    if (numbers->count == UINT32_MAX - 1)
        return 0;
    if (numbers->count * 2 >= numbers->slot_count && !widen_slots(numbers))
        return 0;
    if (!append(&numbers->keys, key.bytes, key.size) ||
        !append(&numbers->known, &known, sizeof known))
        return 0;
    numbers->last = numbers->count++;
    fill_slot(numbers, hash, numbers->count);
    return 1;
}
