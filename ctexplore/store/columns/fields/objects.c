#include "fields.h"
#include "json.h"

/* Whether the bytes are a JSON list of objects and nothing else. */
static int is_list(Text text)
{
    size_t at = after_blanks(text, 1);

    if (byte_at(text, 0) != '[')
        return 0;
    if (byte_at(text, at) == ']')
        return at + 1 == text.size;
    for (;;) {
        if (byte_at(text, at) != '{' || !(at = after_value(text, at)))
            return 0;
        int next = to_next_item(text, &at);
        if (next <= 0)
            return !next;
    }
}

PyObject *are_objects(PyObject *Py_UNUSED(module), PyObject *data)
{
    Py_buffer buffer;
    int found;
    if (PyObject_GetBuffer(data, &buffer, PyBUF_SIMPLE) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    found = is_list((Text){buffer.buf, (size_t)buffer.len});
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&buffer);
    return PyBool_FromLong(found);
}
