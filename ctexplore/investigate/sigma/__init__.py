"""Sigma rules asked about loaded events (https://sigmahq.io, the Sigma rules specification)."""
