"""Marks and notes on the screen, kept in a notebook."""
