/* Where JSON values end (RFC 8259). Stricter than it must be: what is refused here is read by the
   careful readers in Python. */
#ifndef CTEXPLORE_JSON_H
#define CTEXPLORE_JSON_H

#include "text.h"

/* The first position from `at` that is no white space. */
static inline size_t after_blanks(Text text, size_t at)
{
    for (;;) {
        unsigned char byte = byte_at(text, at);
        if (byte > ' ' || (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t'))
            return at;
        at++;
    }
}

/* Where the string at `at` ends, behind its quote; 0 when none is there. Sets *escaped where it
   holds a backslash. */
size_t after_string(Text text, size_t at, int *escaped);

/* Where the value at `at` ends; 0 when none is there, or one that is nested too deep. */
size_t after_value(Text text, size_t at);

#endif
