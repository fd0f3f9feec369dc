"""Where ctexplore keeps its own files: the XDG folders, the same on Linux and macOS."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """``$XDG_CACHE_HOME/ctexplore/v1``, by default below ``~/.cache``.

    ``v1`` is the layout's version: a layout that older programs cannot read gets a new folder.
    Raises RuntimeError when no home directory can be found, as all three functions do.
    """
    return _xdg("XDG_CACHE_HOME", ".cache") / "v1"


def state_dir() -> Path:
    """``$XDG_STATE_HOME/ctexplore``, by default below ``~/.local/state``."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def config_dir() -> Path:
    """``$XDG_CONFIG_HOME/ctexplore``, by default below ``~/.config``."""
    return _xdg("XDG_CONFIG_HOME", ".config")


def _xdg(variable: str, default: str) -> Path:
    # The XDG Base Directory Specification says a relative path there is to be ignored.
    base = Path(os.environ.get(variable, ""))
    return (base if base.is_absolute() else Path.home() / default) / "ctexplore"
