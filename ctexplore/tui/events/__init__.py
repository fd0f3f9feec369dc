"""The list of events: rows, columns, cursor, marks."""
