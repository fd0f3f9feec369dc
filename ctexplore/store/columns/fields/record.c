#include "record.h"

#include "json.h"

static inline int is_key(Field field, Text key)
{
    return field.size == key.size && !memcmp(field.name, key.bytes, key.size);
}

/* The field of a key, looked for behind the one found last: records hold them in one order. */
static int field_of(Text key, const Field *fields, int count, int last)
{
    for (int field = last + 1; field < count; field++)
        if (is_key(fields[field], key))
            return field;
    for (int field = 0; field <= last; field++)
        if (is_key(fields[field], key))
            return field;
    return -1;
}

/* Whether a value that begins with this byte is of a kind. */
static int is_of_kind(unsigned char first, Kind kind)
{
    switch (first) {
    case '"':
        return 1;
    case 'n':
        return kind != STRING;
    case 't': case 'f':
        return kind == ANYTHING || kind == STRING_BOOLEAN_OR_NULL;
    default:
        return kind == ANYTHING;
    }
}

size_t after_record(Text text, size_t at, const Field *fields, int count, Slice *found, int *plain)
{
    int last = -1;

    *plain = 1;
    memset(found, 0, (size_t)count * sizeof *found);
    if (byte_at(text, at) != '{')
        return 0;
    at = after_blanks(text, at + 1);
    if (byte_at(text, at) == '}')
        return at + 1;
    for (;;) {
        int escaped = 0;
        size_t end = after_string(text, at, &escaped);
        if (!end)
            return 0;
        Text key = part_of(text, (Slice){at + 1, end - 1});
        at = after_blanks(text, end);
        if (byte_at(text, at) != ':')
            return 0;
        at = after_blanks(text, at + 1);
        end = after_value(text, at);
        if (!end)
            return 0;
        int field = escaped ? -1 : field_of(key, fields, count, last);
        if (field >= 0) {
            if (found[field].end || !is_of_kind(byte_at(text, at), fields[field].kind))
                *plain = 0;
            found[field] = (Slice){at, end};
            last = field;
        } else if (escaped) {
            *plain = 0;
        }
        at = after_blanks(text, end);
        switch (byte_at(text, at)) {
        case ',':
            at = after_blanks(text, at + 1);
            break;
        case '}':
            return at + 1;
        default:
            return 0;
        }
    }
}
