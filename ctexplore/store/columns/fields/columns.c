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

/* Give a new key its number, and its verdict. */
static Taken add_key(Naming *naming, int place, Text key, uint64_t hash, Judge *judge, void *owner)
{
    int verdict = naming->judged ? judge(owner, place, key) : (int)naming->verdict;
    if (verdict == FAILED)
        return BROKEN;
    return numbers_add(&naming->numbers, key, hash, verdict) ? TAKEN : NO_MEMORY;
}

/* The number of a record's key. */
static Taken number_of(Columns *columns, int place, Text text, const Slice *found, Judge *judge,
                       void *owner, size_t *number)
{
    Naming *naming = &columns->namings[place];
    Numbers *numbers = &naming->numbers;
    Text key;
    if (!key_of(columns, naming, text, found, &key))
        return NO_MEMORY;
    /* Many values are the ones of the record before. */
    *number = numbers->last;
    if (numbers->count && numbers_is(numbers, *number, key))
        return TAKEN;
    uint64_t hash = numbers_hash(numbers, key);
    int64_t known = numbers_find(numbers, key, hash);
    if (known == CROWDED)
        return LEFT;
    *number = known == UNKNOWN ? numbers->count : (size_t)known;
    return known == UNKNOWN ? add_key(naming, place, key, hash, judge, owner) : TAKEN;
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

Taken columns_take(Columns *columns, Text text, const Slice *found, Judge *judge, void *owner)
{
    uint32_t codes[MOST_NAMINGS] = {0};
    Text insides[MOST_NAMINGS];

    for (int i = 0; i < columns->stamp_count; i++)
        if (!stamp_of(&columns->stamps[i], text, found, &insides[i]))
            return LEFT;
    for (int i = 0; i < columns->naming_count;) {
        const Naming *naming = &columns->namings[i];
        size_t number;
        Taken taken = number_of(columns, i, text, found, judge, owner, &number);
        if (taken != TAKEN)
            return taken;
        int verdict = numbers_known(&naming->numbers, number)->verdict;
        if (verdict == LEAVE)
            return LEFT;
        codes[i] = (uint32_t)number + 1;
        i = verdict == STOP ? naming->next : i + 1;
    }
    for (int i = 0; i < columns->stamp_count; i++)
        if (!append(&columns->stamps[i].strings, insides[i].bytes, insides[i].size))
            return NO_MEMORY;
    for (int i = 0; i < columns->naming_count; i++)
        if (!append(&columns->namings[i].codes, &codes[i], sizeof codes[i]))
            return NO_MEMORY;
    columns->count++;
    return TAKEN;
}

void columns_shorten(Columns *columns, size_t count)
{
    columns->count = count;
    for (int i = 0; i < columns->naming_count; i++)
        columns->namings[i].codes.size = count * sizeof(uint32_t);
    for (int i = 0; i < columns->stamp_count; i++)
        columns->stamps[i].strings.size = count * columns->stamps[i].width;
}

void columns_free(Columns *columns)
{
    for (int i = 0; i < columns->naming_count; i++) {
        numbers_free(&columns->namings[i].numbers);
        give_back(&columns->namings[i].codes);
    }
    for (int i = 0; i < columns->stamp_count; i++)
        give_back(&columns->stamps[i].strings);
    give_back(&columns->key);
}
