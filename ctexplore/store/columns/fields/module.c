/* ctexplore.store.columns.quick's compiled part: the Python type `Fields`. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "columns.h"
#include "json.h"

#ifndef SOURCES
#define SOURCES "" /* a digest of what this was built from */
#endif

typedef struct {
    PyObject_HEAD
    Columns columns;
    PyObject *names;   /* bytes that the fields' names point into */
    PyObject *callers; /* for each naming, what numbers its new keys */
    PyObject *sum;     /* CRC-32 of bytes */
    Growing sums, positions;
} Fields;

static int64_t new_key(void *owner, int naming, Text key)
{
    Fields *self = owner;
    PyObject *caller = PyTuple_GetItem(self->callers, naming);
    if (!caller)
        return FAILED;
    PyObject *number =
        PyObject_CallFunction(caller, "y#", (const char *)key.bytes, (Py_ssize_t)key.size);
    if (!number)
        return FAILED;
    long long value = PyLong_AsLongLong(number);
    Py_DECREF(number);
    if (value == -1 && PyErr_Occurred())
        return FAILED;
    if (value < LEAVE || value >= UINT32_MAX) {
        PyErr_SetString(PyExc_OverflowError, "a number for a key must fit 32 bits");
        return FAILED;
    }
    return value;
}

static int add_sum(Fields *self, Text record, uint32_t position)
{
    PyObject *view =
        PyMemoryView_FromMemory((char *)record.bytes, (Py_ssize_t)record.size, PyBUF_READ);
    if (!view)
        return 0;
    PyObject *result = PyObject_CallFunctionObjArgs(self->sum, view, NULL);
    Py_DECREF(view);
    if (!result)
        return 0;
    unsigned long sum = PyLong_AsUnsignedLong(result);
    Py_DECREF(result);
    if (PyErr_Occurred())
        return 0;
    uint32_t narrow = (uint32_t)sum;
    if (append(&self->sums, &narrow, sizeof narrow) &&
        append(&self->positions, &position, sizeof position))
        return 1;
    PyErr_NoMemory();
    return 0;
}

static void shorten(Fields *self, size_t count)
{
    columns_shorten(&self->columns, count);
    self->sums.size = self->positions.size = count * sizeof(uint32_t);
}

/* Take one record, or append its place to `left`. */
static int take_one(Fields *self, Text text, Slice place, const Slice *found, int plain,
                    uint32_t position, PyObject *left)
{
    Taken taken = plain ? columns_take(&self->columns, text, found, new_key, self) : LEFT;
    switch (taken) {
    case TAKEN:
        return add_sum(self, part_of(text, place), position);
    case LEFT: {
        PyObject *item = Py_BuildValue("Inn", position, (Py_ssize_t)place.start,
                                       (Py_ssize_t)place.end);
        if (!item)
            return 0;
        int status = PyList_Append(left, item);
        Py_DECREF(item);
        return !status;
    }
    case NO_MEMORY:
        PyErr_NoMemory();
        return 0;
    default:
        return 0;
    }
}

/* Take the records of a JSON list: 1, or 0 when it is none, or -1 with an exception. */
static int take_all(Fields *self, Text text, PyObject *left)
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
        at = after_blanks(text, end);
        unsigned char next = byte_at(text, at);
        if (next == ']')
            return at + 1 == text.size;
        if (next != ',')
            return 0;
        at = after_blanks(text, at + 1);
    }
}

PyDoc_STRVAR(take_doc,
"take(array)\n--\n\n"
"Take the records of a JSON list in UTF-8.\n\n"
"Returns how many were taken, and the others as a list of (position, start, end); or None, with\n"
"nothing taken, when the bytes are not plain JSON, or hold something else than objects.");

static PyObject *fields_take(Fields *self, PyObject *data)
{
    Py_buffer buffer;
    if (PyObject_GetBuffer(data, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    size_t before = self->columns.count;
    PyObject *left = PyList_New(0);
    int taken = left ? take_all(self, (Text){buffer.buf, (size_t)buffer.len}, left) : -1;
    PyBuffer_Release(&buffer);
    if (taken == 1)
        return Py_BuildValue("nN", (Py_ssize_t)(self->columns.count - before), left);
    shorten(self, before);
    Py_XDECREF(left);
    if (taken < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *bytes_of(const Growing *growing)
{
    return PyByteArray_FromStringAndSize((const char *)growing->bytes, (Py_ssize_t)growing->size);
}

static PyObject *fields_column(Fields *self, PyObject *number)
{
    long column = PyLong_AsLong(number);
    if (PyErr_Occurred())
        return NULL;
    if (column < 0 || column >= self->columns.column_count)
        return PyErr_Format(PyExc_IndexError, "no column %ld", column);
    return bytes_of(&self->columns.columns[column].numbers);
}

static PyObject *fields_stamp(Fields *self, PyObject *number)
{
    long stamp = PyLong_AsLong(number);
    if (PyErr_Occurred())
        return NULL;
    if (stamp < 0 || stamp >= self->columns.stamp_count)
        return PyErr_Format(PyExc_IndexError, "no stamp %ld", stamp);
    return bytes_of(&self->columns.stamps[stamp].strings);
}

static PyObject *fields_sums(Fields *self, PyObject *Py_UNUSED(none))
{
    return bytes_of(&self->sums);
}

static PyObject *fields_positions(Fields *self, PyObject *Py_UNUSED(none))
{
    return bytes_of(&self->positions);
}

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
        /* The name's bytes live as long as the tuple that is kept. */
        if (!PyArg_ParseTuple(PyTuple_GetItem(fields, i), "y#i", &name, &size, &kind))
            return 0;
        if (kind < 0 || kind >= KINDS)
            return 0;
        columns->fields[i] = (Field){name, (size_t)size, (Kind)kind};
    }
    columns->field_count = (int)count;
    return 1;
}

static int read_naming(Columns *columns, PyObject *fields, unsigned long long seed)
{
    Py_ssize_t count = PyTuple_Size(fields);
    if (count < 1 || count > MOST_TOGETHER || columns->naming_count == MOST_COLUMNS)
        return 0;
    Naming *naming = &columns->namings[columns->naming_count];
    for (Py_ssize_t i = 0; i < count; i++) {
        long field = PyLong_AsLong(PyTuple_GetItem(fields, i));
        if (field < 0 || field >= columns->field_count)
            return 0;
        naming->fields[i] = (int)field;
    }
    naming->count = (int)count;
    if (!numbers_init(&naming->numbers, seed))
        return 0;
    columns->naming_count++;
    return 1;
}

/* One column: a tuple of (fields, what numbers a new key). */
static int read_column(Columns *columns, PyObject *namings, PyObject *callers,
                       unsigned long long seed)
{
    Py_ssize_t count = PyTuple_Size(namings);
    if (count < 1 || columns->column_count == MOST_COLUMNS)
        return 0;
    Column *column = &columns->columns[columns->column_count++];
    column->first = columns->naming_count;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *fields, *caller;
        if (!PyArg_ParseTuple(PyTuple_GetItem(namings, i), "O!O", &PyTuple_Type, &fields, &caller))
            return 0;
        if (!read_naming(columns, fields, seed) || PyList_Append(callers, caller) < 0)
            return 0;
    }
    column->end = columns->naming_count;
    return 1;
}

static int read_stamps(Columns *columns, PyObject *stamps)
{
    Py_ssize_t count = PyTuple_Size(stamps);
    if (count < 0 || count > MOST_COLUMNS)
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

static int read_columns(Fields *self, PyObject *columns, unsigned long long seed)
{
    PyObject *callers = PyList_New(0);
    int read = callers && PyTuple_Size(columns) >= 0;
    for (Py_ssize_t i = 0; read && i < PyTuple_Size(columns); i++)
        read = read_column(&self->columns, PyTuple_GetItem(columns, i), callers, seed);
    if (read)
        read = (self->callers = PyList_AsTuple(callers)) != NULL;
    Py_XDECREF(callers);
    return read;
}

PyDoc_STRVAR(fields_doc,
"Fields(fields, columns, stamps, checksum, seed)\n--\n\n"
"Makes columns of records.\n\n"
"fields: (name, kind) of each. columns: for each column, (fields, number) in the order in which\n"
"they are asked until one gives another number than 0; number(key) numbers a key that was not\n"
"seen before, -1 leaves its records to somebody else. A key is the value's JSON, or several,\n"
"each with a zero byte behind it. stamps: (field, width) of strings that all have one length.\n"
"checksum: CRC-32 of bytes. seed: 64 random bits.");

static PyObject *fields_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    PyObject *fields, *columns, *stamps, *sum;
    unsigned long long seed;
    if (!PyArg_ParseTuple(args, "O!O!O!OK", &PyTuple_Type, &fields, &PyTuple_Type, &columns,
                          &PyTuple_Type, &stamps, &sum, &seed))
        return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Fields *self = (Fields *)allocate(type, 0);
    if (!self)
        return NULL;
    self->sum = Py_NewRef(sum);
    if (read_fields(self, fields) && read_columns(self, columns, seed) &&
        read_stamps(&self->columns, stamps))
        return (PyObject *)self;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "too many, or out of range");
    Py_DECREF(self);
    return NULL;
}

static void fields_free(Fields *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    columns_free(&self->columns);
    give_back(&self->sums);
    give_back(&self->positions);
    Py_XDECREF(self->names);
    Py_XDECREF(self->callers);
    Py_XDECREF(self->sum);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"take", (PyCFunction)fields_take, METH_O, take_doc},
    {"column", (PyCFunction)fields_column, METH_O, "uint32 of each record taken."},
    {"stamp", (PyCFunction)fields_stamp, METH_O, "The strings of a stamp, one behind the other."},
    {"sums", (PyCFunction)fields_sums, METH_NOARGS, "uint32 CRC-32 of each record taken."},
    {"positions", (PyCFunction)fields_positions, METH_NOARGS, "uint32 position in its list."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void *)fields_doc},
    {Py_tp_new, fields_new},
    {Py_tp_dealloc, fields_free},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "ctexplore.store.columns._fields.Fields",
    .basicsize = sizeof(Fields),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&spec);
    if (!type)
        return -1;
    int status = PyModule_AddObjectRef(module, "Fields", type);
    Py_DECREF(type);
    return status < 0 ? status : PyModule_AddStringConstant(module, "SOURCES", SOURCES);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, fill}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_fields",
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__fields(void)
{
    return PyModuleDef_Init(&definition);
}
