/* Columns of records: for each record a number for the values of some of its fields. */
#ifndef CTEXPLORE_COLUMNS_H
#define CTEXPLORE_COLUMNS_H

#include "growing.h"
#include "numbers.h"
#include "record.h"

#define MOST_FIELDS 64
#define MOST_COLUMNS 32
#define MOST_TOGETHER 16

/* The number of a key seen for the first time; LEAVE: a record with it is left alone; FAILED. */
typedef int64_t NewKey(void *owner, int naming, Text key);
#define LEAVE (-1)
#define FAILED (-2)

/* Fields whose values, one behind the other, make the keys that are numbered. */
typedef struct {
    int fields[MOST_TOGETHER];
    int count;
    Numbers numbers;
} Naming;

/* A column of numbers: that of the first naming whose number is not 0. */
typedef struct {
    int first, end; /* in `namings` */
    Growing numbers;
} Column;

/* A column of strings that have one length. */
typedef struct {
    int field;
    size_t width;
    Growing strings;
} Stamp;

typedef struct {
    Field fields[MOST_FIELDS];
    Naming namings[MOST_COLUMNS];
    Column columns[MOST_COLUMNS];
    Stamp stamps[MOST_COLUMNS];
    int field_count, naming_count, column_count, stamp_count;
    size_t count; /* records */
    Growing key;
} Columns;

typedef enum { TAKEN, LEFT, NO_MEMORY, BROKEN } Taken;

/* Take a record whose fields are `found`: all of it or nothing. */
Taken columns_take(Columns *columns, Text text, const Slice *found, NewKey *new_key, void *owner);

/* Forget all records behind the first `count`. */
void columns_shorten(Columns *columns, size_t count);

void columns_free(Columns *columns);

#endif
