#include "columns.h"

static const char BETWEEN[1] = {0}; /* no JSON has this byte */

static int key_of(Columns *columns, const Naming *naming, Text text, const Slice *found, Text *key)
{
    if (naming->count == 1) {
        *key = part_of(text, found[naming->fields[0]]);
        return 1;
    }
    columns->key.size = 0;
    for (int i = 0; i < naming->count; i++) {
        Text value = part_of(text, found[naming->fields[i]]);
        if (!append(&columns->key, value.bytes, value.size) ||
            !append(&columns->key, BETWEEN, sizeof BETWEEN))
            return 0;
    }
    *key = (Text){columns->key.bytes, columns->key.size};
    return 1;
}

#define UNTAKEN UINT32_MAX

static Taken number_of(Columns *columns, int place, Text text, const Slice *found, NewKey *new_key,
                       void *owner, uint32_t *number)
{
    Naming *naming = &columns->namings[place];
    Text key;
    if (!key_of(columns, naming, text, found, &key))
        return NO_MEMORY;
    uint64_t hash = numbers_hash(&naming->numbers, key);
    int64_t known = numbers_find(&naming->numbers, key, hash);
    if (known == CROWDED)
        return LEFT;
    if (known == UNKNOWN) {
        known = new_key(owner, place, key);
        if (known == FAILED)
            return BROKEN;
        if (known == LEAVE)
            known = UNTAKEN;
        if (!numbers_add(&naming->numbers, key, hash, (uint32_t)known))
            return NO_MEMORY;
    }
    *number = (uint32_t)known;
    return *number == UNTAKEN ? LEFT : TAKEN;
}

/* The inside of a string of the right width, nothing in it written with escapes or beyond ASCII. */
static int stamp_of(const Stamp *stamp, Text text, const Slice *found, Text *inside)
{
    Slice value = found[stamp->field];
    if (value.end - value.start != stamp->width + 2)
        return 0;
    *inside = part_of(text, (Slice){value.start + 1, value.end - 1});
    for (size_t at = 0; at < inside->size; at++)
        if (inside->bytes[at] == '\\' || inside->bytes[at] >= 0x80)
            return 0;
    return 1;
}

Taken columns_take(Columns *columns, Text text, const Slice *found, NewKey *new_key, void *owner)
{
    uint32_t numbers[MOST_COLUMNS];
    Text insides[MOST_COLUMNS];

    for (int i = 0; i < columns->stamp_count; i++)
        if (!stamp_of(&columns->stamps[i], text, found, &insides[i]))
            return LEFT;
    for (int i = 0; i < columns->column_count; i++) {
        const Column *column = &columns->columns[i];
        numbers[i] = 0;
        for (int n = column->first; n < column->end && !numbers[i]; n++) {
            Taken taken = number_of(columns, n, text, found, new_key, owner, &numbers[i]);
            if (taken != TAKEN)
                return taken;
        }
    }
    for (int i = 0; i < columns->stamp_count; i++)
        if (!append(&columns->stamps[i].strings, insides[i].bytes, insides[i].size))
            return NO_MEMORY;
    for (int i = 0; i < columns->column_count; i++)
        if (!append(&columns->columns[i].numbers, &numbers[i], sizeof numbers[i]))
            return NO_MEMORY;
    columns->count++;
    return TAKEN;
}

void columns_shorten(Columns *columns, size_t count)
{
    columns->count = count;
    for (int i = 0; i < columns->column_count; i++)
        columns->columns[i].numbers.size = count * sizeof(uint32_t);
    for (int i = 0; i < columns->stamp_count; i++)
        columns->stamps[i].strings.size = count * columns->stamps[i].width;
}

void columns_free(Columns *columns)
{
    for (int i = 0; i < columns->naming_count; i++)
        numbers_free(&columns->namings[i].numbers);
    for (int i = 0; i < columns->column_count; i++)
        give_back(&columns->columns[i].numbers);
    for (int i = 0; i < columns->stamp_count; i++)
        give_back(&columns->stamps[i].strings);
    give_back(&columns->key);
}
