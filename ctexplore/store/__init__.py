"""From bytes to a table of events: unpack, split, decode, load, cache."""
