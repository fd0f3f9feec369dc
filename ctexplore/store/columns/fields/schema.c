#include "fields.h"

static int read_fields(Fields *self, PyObject *fields)
{
    Columns *columns = &self->columns;
    Py_ssize_t count = PyTuple_Size(fields);
    if (count < 0 || count > MOST_FIELDS)
        return 0;
    self->names = Py_NewRef(fields);
    for (Py_ssize_t i = 0; i < count; i++) {
        const char *name;
        Py_ssize_t size;
        int kind;
        if (!PyArg_ParseTuple(PyTuple_GetItem(fields, i), "y#i", &name, &size, &kind))
            return 0;
        if (kind < 0 || kind >= KINDS)
            return 0;
        columns->fields[i] = (Field){name, (size_t)size, (Kind)kind};
    }
    columns->field_count = (int)count;
    return 1;
}

static int read_naming(Columns *columns, PyObject *fields, PyObject *judge, unsigned long long seed)
{
    Py_ssize_t count = PyTuple_Size(fields);
    if (count < 1 || count > MOST_TOGETHER || columns->naming_count == MOST_NAMINGS)
        return 0;
    Naming *naming = &columns->namings[columns->naming_count];
    for (Py_ssize_t i = 0; i < count; i++) {
        long field = PyLong_AsLong(PyTuple_GetItem(fields, i));
        if (field < 0 || field >= columns->field_count)
            return 0;
        naming->fields[i] = (int)field;
    }
    naming->count = (int)count;
    if (PyLong_Check(judge)) {
        long verdict = PyLong_AsLong(judge);
        if (verdict != GO_ON && verdict != STOP)
            return 0;
        naming->verdict = (Verdict)verdict;
    } else {
        naming->judged = 1;
    }
    if (!numbers_init(&naming->numbers, seed))
        return 0;
    columns->naming_count++;
    return 1;
}

static int read_chain(Columns *columns, PyObject *chain, PyObject *judges, unsigned long long seed)
{
    int first = columns->naming_count;
    for (Py_ssize_t i = 0; i < PyTuple_Size(chain); i++) {
        PyObject *fields, *judge;
        if (!PyArg_ParseTuple(PyTuple_GetItem(chain, i), "O!O", &PyTuple_Type, &fields, &judge))
            return 0;
        if (!read_naming(columns, fields, judge, seed) || PyList_Append(judges, judge) < 0)
            return 0;
    }
    for (int i = first; i < columns->naming_count; i++)
        columns->namings[i].next = columns->naming_count;
    return !PyErr_Occurred();
}

static int read_chains(Fields *self, PyObject *chains, unsigned long long seed)
{
    PyObject *judges = PyList_New(0);
    int read = judges != NULL;
    for (Py_ssize_t i = 0; read && i < PyTuple_Size(chains); i++)
        read = read_chain(&self->columns, PyTuple_GetItem(chains, i), judges, seed);
    if (read)
        read = (self->judges = PyList_AsTuple(judges)) != NULL;
    Py_XDECREF(judges);
    return read;
}

static int read_stamps(Columns *columns, PyObject *stamps)
{
    Py_ssize_t count = PyTuple_Size(stamps);
    if (count < 0 || count > MOST_NAMINGS)
        return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        int field;
        Py_ssize_t width;
        if (!PyArg_ParseTuple(PyTuple_GetItem(stamps, i), "in", &field, &width))
            return 0;
        if (field < 0 || field >= columns->field_count || width < 1)
            return 0;
        columns->stamps[i] = (Stamp){.field = field, .width = (size_t)width};
    }
    columns->stamp_count = (int)count;
    return 1;
}

int read_schema(Fields *self, PyObject *arguments)
{
    PyObject *fields, *chains, *stamps, *checksum;
    unsigned long long seed;
    if (!PyArg_ParseTuple(arguments, "O!O!O!OK", &PyTuple_Type, &fields, &PyTuple_Type, &chains,
                          &PyTuple_Type, &stamps, &checksum, &seed))
        return 0;
    self->checksum = Py_NewRef(checksum);
    if (read_fields(self, fields) && read_chains(self, chains, seed) &&
        read_stamps(&self->columns, stamps))
        return 1;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "more than there is room for, or out of range");
    return 0;
}
