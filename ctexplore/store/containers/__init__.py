"""From stored bytes to the records in them, whatever they came in."""
