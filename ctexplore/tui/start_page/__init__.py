"""The page that lists what can be opened."""
