"""The filter language: parse, print, evaluate over columns."""
