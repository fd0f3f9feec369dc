/* The fields of a record that become columns. */
#ifndef CTEXPLORE_RECORD_H
#define CTEXPLORE_RECORD_H

#include "text.h"

typedef enum {
    ANYTHING,
    STRING,
    STRING_OR_NULL,
    STRING_BOOLEAN_OR_NULL,
    KINDS
} Kind;

typedef struct {
    const char *name;
    size_t size;
    Kind kind;
} Field;

/* Where the record at `at` ends; 0 when it is no JSON object. Puts the place of each field's value
   into `found`. Sets *plain to 0 where a value is of another kind, or a key stands twice or is
   written with escapes. */
size_t after_record(Text text, size_t at, const Field *fields, int count, Slice *found, int *plain);

#endif
