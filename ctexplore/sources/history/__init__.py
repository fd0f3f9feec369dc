"""Event history, LookupEvents, as a source."""
