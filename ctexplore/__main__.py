"""``python -m ctexplore``."""

from ctexplore.cli import run

run()
