"""Screens that answer questions over many events."""
