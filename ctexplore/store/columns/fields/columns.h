/* Columns of records: numbers for the values of some fields, and strings of one length. */
#ifndef CTEXPLORE_COLUMNS_H
#define CTEXPLORE_COLUMNS_H

#include "growing.h"
#include "numbers.h"
#include "record.h"

#define MOST_FIELDS 64
#define MOST_NAMINGS 32
#define MOST_TOGETHER 16

/* What a key says about its record: not to be taken; to look at the next naming of the chain too;
   not to look further. */
typedef enum { LEAVE = -1, GO_ON = 0, STOP = 1 } Verdict;

/* The verdict on a key seen for the first time, or FAILED. */
typedef int Judge(void *owner, int naming, Text key);
#define FAILED (-2)

/* Numbers for keys, each of which is the values of some fields, one behind the other. */
typedef struct {
    int fields[MOST_TOGETHER];
    int count;
    int judged;      /* whether each new key is judged; */
    Verdict verdict; /* or what holds for all of them */
    int next;        /* the first naming of the next chain */
    Numbers numbers;
    Growing codes; /* uint32 of each record: its number plus one, 0 where none was looked for */
} Naming;

typedef struct {
    int field;
    size_t width;
    Growing strings;
} Stamp;

typedef struct {
    Field fields[MOST_FIELDS];
    Naming namings[MOST_NAMINGS];
    Stamp stamps[MOST_NAMINGS];
    int field_count, naming_count, stamp_count;
    size_t count; /* records */
    Growing key;
} Columns;

typedef enum { TAKEN, LEFT, NO_MEMORY, BROKEN } Taken;

/* Take a record whose fields are `found`: all of it or nothing. */
Taken columns_take(Columns *columns, Text text, const Slice *found, Judge *judge, void *owner);

/* Forget all records behind the first `count`. */
void columns_shorten(Columns *columns, size_t count);

void columns_free(Columns *columns);

#endif
