#include "fields.h"
#include "json.h"

int ask_judge(void *fields, int naming, Text key)
{
    PyObject *judge = PyTuple_GetItem(((Fields *)fields)->judges, naming);
    PyObject *bytes = PyBytes_FromStringAndSize((const char *)key.bytes, (Py_ssize_t)key.size);
    PyObject *result = judge && bytes ? PyObject_CallFunctionObjArgs(judge, bytes, NULL) : NULL;
    Py_XDECREF(bytes);
    if (!result)
        return FAILED;
    long verdict = PyLong_AsLong(result);
    Py_DECREF(result);
    if (PyErr_Occurred())
        return FAILED;
    if (verdict < LEAVE || verdict > STOP) {
        PyErr_Format(PyExc_ValueError, "%ld is no verdict", verdict);
        return FAILED;
    }
    return (int)verdict;
}

static int add_checksum(Fields *self, Text record)
{
    PyObject *view =
        PyMemoryView_FromMemory((char *)record.bytes, (Py_ssize_t)record.size, PyBUF_READ);
    PyObject *result = view ? PyObject_CallFunctionObjArgs(self->checksum, view, NULL) : NULL;
    Py_XDECREF(view);
    if (!result)
        return 0;
    uint32_t checksum = (uint32_t)PyLong_AsUnsignedLong(result);
    Py_DECREF(result);
    if (PyErr_Occurred())
        return 0;
    if (append(&self->checksums, &checksum, sizeof checksum))
        return 1;
    PyErr_NoMemory();
    return 0;
}

static int add_left(PyObject *left, Slice place, uint32_t position)
{
    PyObject *item =
        Py_BuildValue("Inn", position, (Py_ssize_t)place.start, (Py_ssize_t)place.end);
    int added = item && !PyList_Append(left, item);
    Py_XDECREF(item);
    return added;
}

/* Take one record, or append its place to `left`; 0 with an exception. */
static int take_one(Fields *self, Text text, Slice place, const Slice *found, int plain,
                    uint32_t position, PyObject *left)
{
    switch (plain ? columns_take(&self->columns, text, found, ask_judge, self) : LEFT) {
    case TAKEN:
        if (append(&self->positions, &position, sizeof position))
            return add_checksum(self, part_of(text, place));
        PyErr_NoMemory();
        return 0;
    case LEFT:
        return add_left(left, place, position);
    case NO_MEMORY:
        PyErr_NoMemory();
        return 0;
    default:
        return 0;
    }
}

int take_list(Fields *self, Text text, PyObject *left)
{
    Slice found[MOST_FIELDS];
    size_t at = 0;
    uint32_t position = 0;

    if (byte_at(text, at) != '[')
        return 0;
    at = after_blanks(text, at + 1);
    if (byte_at(text, at) == ']')
        return at + 1 == text.size;
    for (;;) {
        int plain;
        size_t end = after_record(text, at, self->columns.fields, self->columns.field_count, found,
                                  &plain);
        if (!end || position == UINT32_MAX)
            return 0;
        if (!take_one(self, text, (Slice){at, end}, found, plain, position++, left))
            return -1;
        at = end;
        int next = to_next_item(text, &at);
        if (next <= 0)
            return !next;
    }
}
