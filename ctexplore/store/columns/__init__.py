"""From records to columns, and the table, order and copies that grow of them."""
