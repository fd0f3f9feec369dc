/* The module _fields: a type and a function. */
#include "fields.h"

#ifndef SOURCES
#define SOURCES "" /* a digest of what this was built from */
#endif

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
    int taken = left ? take_list(self, (Text){buffer.buf, (size_t)buffer.len}, left) : -1;
    PyBuffer_Release(&buffer);
    if (taken == 1)
        return Py_BuildValue("nN", (Py_ssize_t)(self->columns.count - before), left);
    columns_shorten(&self->columns, before);
    self->checksums.size = self->positions.size = before * sizeof(uint32_t);
    Py_XDECREF(left);
    if (taken < 0)
        return NULL;
    Py_RETURN_NONE;
}

static Naming *naming_of(Fields *self, Py_ssize_t naming)
{
    if (naming >= 0 && naming < self->columns.naming_count)
        return &self->columns.namings[naming];
    PyErr_Format(PyExc_IndexError, "no naming %zd", naming);
    return NULL;
}

static PyObject *key_of(const Naming *naming, size_t number)
{
    Text key = numbers_key(&naming->numbers, number);
    return PyBytes_FromStringAndSize((const char *)key.bytes, (Py_ssize_t)key.size);
}

static PyObject *fields_keys(Fields *self, PyObject *number)
{
    Py_ssize_t place = PyLong_AsSsize_t(number);
    Naming *naming = PyErr_Occurred() ? NULL : naming_of(self, place);
    PyObject *keys = naming ? PyList_New((Py_ssize_t)naming->numbers.count) : NULL;
    for (size_t i = 0; keys && i < naming->numbers.count; i++) {
        PyObject *key = key_of(naming, i);
        if (!key || PyList_SetItem(keys, (Py_ssize_t)i, key) < 0)
            Py_CLEAR(keys);
    }
    return keys;
}

/* The naming and the number in it that a method was called with; NULL with an exception. */
static Naming *number_in(Fields *self, PyObject *arguments, Py_ssize_t *number)
{
    Py_ssize_t place;
    if (!PyArg_ParseTuple(arguments, "nn", &place, number))
        return NULL;
    Naming *naming = naming_of(self, place);
    if (naming && *number >= 0 && (size_t)*number < naming->numbers.count)
        return naming;
    if (naming)
        PyErr_Format(PyExc_IndexError, "no key %zd", *number);
    return NULL;
}

static PyObject *fields_key(Fields *self, PyObject *arguments)
{
    Py_ssize_t number;
    Naming *naming = number_in(self, arguments, &number);
    return naming ? key_of(naming, (size_t)number) : NULL;
}

static PyObject *fields_stop(Fields *self, PyObject *arguments)
{
    Py_ssize_t number;
    Naming *naming = number_in(self, arguments, &number);
    if (!naming)
        return NULL;
    numbers_known(&naming->numbers, (size_t)number)->verdict = STOP;
    Py_RETURN_NONE;
}

static PyObject *bytes_of(const Growing *growing)
{
    return PyByteArray_FromStringAndSize((const char *)growing->bytes, (Py_ssize_t)growing->size);
}

PyDoc_STRVAR(codes_doc,
"codes(naming, start=0)\n--\n\n"
"uint32 of each record from the one at ``start`` on: its key's number in a naming plus one, or 0.");

static PyObject *fields_codes(Fields *self, PyObject *arguments)
{
    Py_ssize_t place, start = 0;
    if (!PyArg_ParseTuple(arguments, "n|n", &place, &start))
        return NULL;
    Naming *naming = naming_of(self, place);
    if (!naming)
        return NULL;
    if (start < 0 || (size_t)start > self->columns.count)
        return PyErr_Format(PyExc_IndexError, "no record %zd", start);
    Growing some = naming->codes;
    some.bytes += (size_t)start * sizeof(uint32_t);
    some.size -= (size_t)start * sizeof(uint32_t);
    return bytes_of(&some);
}

static PyObject *fields_strings(Fields *self, PyObject *number)
{
    Py_ssize_t stamp = PyLong_AsSsize_t(number);
    if (PyErr_Occurred())
        return NULL;
    if (stamp < 0 || stamp >= self->columns.stamp_count)
        return PyErr_Format(PyExc_IndexError, "no stamp %zd", stamp);
    return bytes_of(&self->columns.stamps[stamp].strings);
}

static PyObject *fields_checksums(Fields *self, PyObject *Py_UNUSED(none))
{
    return bytes_of(&self->checksums);
}

static PyObject *fields_positions(Fields *self, PyObject *Py_UNUSED(none))
{
    return bytes_of(&self->positions);
}

PyDoc_STRVAR(fields_doc,
"Fields(fields, chains, stamps, checksum, seed)\n--\n\n"
"Makes columns of records.\n\n"
"fields: (name, kind) of each field that counts.\n"
"chains: of (fields, judge). The values of these fields, as they are written and with a zero byte\n"
"behind each where they are several, are a key, and keys get numbers. judge(key) is asked once\n"
"for each key, or is what it would always say: 1 ends the chain, 0 goes on to what is next in it,\n"
"-1 leaves the key's records to somebody else.\n"
"stamps: (field, width) of strings that all have one length.\n"
"checksum: CRC-32 of bytes. seed: 64 random bits.");

static PyObject *fields_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(named))
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Fields *self = (Fields *)allocate(type, 0);
    if (self && !read_schema(self, arguments))
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void fields_free(Fields *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    columns_free(&self->columns);
    give_back(&self->checksums);
    give_back(&self->positions);
    Py_XDECREF(self->names);
    Py_XDECREF(self->judges);
    Py_XDECREF(self->checksum);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyMethodDef methods[] = {
    {"take", (PyCFunction)fields_take, METH_O, take_doc},
    {"keys", (PyCFunction)fields_keys, METH_O, "The keys of a naming, in order of first sight."},
    {"key", (PyCFunction)fields_key, METH_VARARGS, "The key of a naming that has a number."},
    {"stop", (PyCFunction)fields_stop, METH_VARARGS,
     "From now on the key of a naming that has a number ends its chain."},
    {"codes", (PyCFunction)fields_codes, METH_VARARGS, codes_doc},
    {"strings", (PyCFunction)fields_strings, METH_O, "The strings of a stamp, one after another."},
    {"checksums", (PyCFunction)fields_checksums, METH_NOARGS, "uint32 of each record."},
    {"positions", (PyCFunction)fields_positions, METH_NOARGS,
     "uint32 of each record: its position in its list."},
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

PyDoc_STRVAR(are_objects_doc,
"are_objects(data)\n--\n\n"
"Whether bytes, which nobody changes meanwhile, are a JSON list of objects. Without the\n"
"interpreter's lock; False also for JSON that is not plain.");

static PyMethodDef functions[] = {
    {"are_objects", are_objects, METH_O, are_objects_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_fields",
    .m_methods = functions,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__fields(void)
{
    return PyModuleDef_Init(&definition);
}
