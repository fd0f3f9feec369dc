"""Where ctexplore keeps its own files, the XDG folders on Linux and macOS alike, and what the
configuration file says."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


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


def config_file() -> Path:
    """``config.toml`` in the configuration folder."""
    return config_dir() / "config.toml"


@dataclass(frozen=True, slots=True)
class View:
    """A filter with a name, and the columns that go with it; none are those of the list. Whether
    either can be read is not known here."""

    filter: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What a person or AWS Organizations calls an account; not safe for a screen."""

    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``config.toml`` says. views: by the names a person gave them, in the file's order.
    accounts: by their ids of 12 digits."""

    views: Mapping[str, View] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)


class SettingsError(ValueError):
    """A configuration file that cannot be used.

    file: its path. line: from 1, 0 where it is not known. key: dotted, "" for the whole file.
    reason: one line.
    """

    def __init__(self, file: Path, line: int, key: str, reason: str) -> None:
        where = f"{file}, line {line}" if line else str(file)
        super().__init__(": ".join(filter(None, (where, key, reason))))
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason


def read_settings(file: Path) -> Settings:
    """The settings of a TOML file; those of a file that does not exist are all default.

    Raises SettingsError.
    """
    return parse_settings(read_text(file), file)


def read_text(file: Path) -> str:
    """What the file says, with its own line ends; "" where there is none. Raises SettingsError."""
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(file, 0, "", error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise SettingsError(file, 0, "", f"not UTF-8 (byte {error.start})") from None


def parse_settings(text: str, file: Path) -> Settings:
    """The settings that a text says. file: for errors. Raises SettingsError."""
    import tomllib  # 5 ms that --version need not spend

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise SettingsError(file, int(line[1]) if line else 0, "", f"not TOML: {error}") from None
    for key in data:
        if key not in ("views", "accounts"):
            reason = "is no setting; known are [views] and [accounts]"
            raise SettingsError(file, line_of(text, key), key, reason)
    return Settings(
        _views(file, text, data.get("views", {})), _accounts(file, text, data.get("accounts", {}))
    )


def _views(file: Path, text: str, views: Any) -> dict[str, View]:
    if not isinstance(views, dict):
        raise SettingsError(file, line_of(text, "views"), "views", "must be a table: [views]")
    found = {}
    for name, wanted in views.items():
        if (view := _view(wanted)) is None:
            reason = "must be a filter in quotes, such as 'is:denied who:alice', or a table of "
            reason += "filter = '…' and columns = ['…']"
            key = f"views.{name}"
            raise SettingsError(file, line_of(text, key), key, reason)
        found[name] = view
    return found


def _view(wanted: Any) -> View | None:
    if isinstance(wanted, str):
        return View(wanted)
    if not isinstance(wanted, dict) or not {"filter"} <= wanted.keys() <= {"filter", "columns"}:
        return None
    columns = wanted.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
        return None
    return View(wanted["filter"], tuple(columns)) if isinstance(wanted["filter"], str) else None


def _accounts(file: Path, text: str, accounts: Any) -> dict[str, Account]:
    if not isinstance(accounts, dict):
        reason = "must be a table: [accounts]"
        raise SettingsError(file, line_of(text, "accounts"), "accounts", reason)
    found: dict[str, Account] = {}
    for number, wanted in accounts.items():
        account, key = _account(wanted), f"accounts.{number}"
        reason = ""
        if account is None:
            reason = "must be a name in quotes, such as 'prod', or a table of name = '…' and "
            reason += "note = '…'"
        elif not is_account_id(number):
            reason = "is no account id: 12 digits"
        elif is_account_id(account.name):
            reason = "has the id of an account for its name"
        if reason or account is None:
            raise SettingsError(file, line_of(text, key), key, reason)
        found[number] = account
    return found


def _account(wanted: Any) -> Account | None:
    if isinstance(wanted, str):
        wanted = {"name": wanted}
    if not isinstance(wanted, dict) or not {"name"} <= wanted.keys() <= {"name", "note"}:
        return None
    if not all(isinstance(v, str) for v in wanted.values()) or not wanted["name"].strip():
        return None
    return Account(wanted["name"].strip(), wanted.get("note", "").strip())


is_account_id = re.compile(r"[0-9]{12}").fullmatch


def line_of(text: str, key: str) -> int:
    """The line, from 1, where a dotted key is first set, as far as that shows; else 0."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([^\]]*)\]", line):
            table = found = _bare(header[1])
        elif assigned := re.match(r"([^=#]+)=", line):
            found = f"{table}.{_bare(assigned[1])}" if table else _bare(assigned[1])
        else:
            continue
        if found == _bare(key) or found.startswith(f"{_bare(key)}."):
            return number
    return 0


def _bare(key: str) -> str:
    return re.sub(r"[\s\"']", "", key)
