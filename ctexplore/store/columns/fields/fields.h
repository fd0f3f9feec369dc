/* The Python type that wraps columns. */
#ifndef CTEXPLORE_FIELDS_H
#define CTEXPLORE_FIELDS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "columns.h"

typedef struct {
    PyObject_HEAD
    Columns columns;
    PyObject *names;    /* holds the bytes of the fields' names */
    PyObject *judges;   /* one for each naming, or None */
    PyObject *checksum; /* CRC-32 of bytes */
    Growing checksums, positions;
} Fields;

/* What the type is called with; 0 with an exception when it is not right. */
int read_schema(Fields *self, PyObject *arguments);

/* Verdicts of `judges`. */
int ask_judge(void *fields, int naming, Text key);

/* Take the records of a JSON list: 1, or 0 when it is none, or -1 with an exception. */
int take_list(Fields *self, Text text, PyObject *left);

/* The function of that name. */
PyObject *are_objects(PyObject *module, PyObject *data);

#endif
