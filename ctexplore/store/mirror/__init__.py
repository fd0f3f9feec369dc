"""A piece of a trail as a folder of one's own."""
