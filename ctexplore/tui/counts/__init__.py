"""Facets and timeline: what the result is made of."""
