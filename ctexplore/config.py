"""Where ctexplore keeps its own files, the XDG folders on Linux and macOS alike, and what the
configuration file says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field


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


class View(Struct, frozen=True):
    """A filter with a name, and the columns that go with it; none are those of the list. Whether
    either can be read is not known here."""

    filter: str
    columns: tuple[str, ...] = ()


class Account(Struct, frozen=True):
    """What a person or AWS Organizations calls an account; not safe for a screen."""

    name: str
    note: str = ""


class Settings(Struct, frozen=True):
    """What ``config.toml`` says.

    views: by the names a person gave them, in the file's order. accounts: by their ids of 12
    digits. keys: by the id of what they do; whether there is such an id is not known here.
    options: all other tables, as TOML has them: ``[defaults]`` and those of commands.
    """

    views: Mapping[str, View] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


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


def read_settings(file: Path, problems: list[SettingsError] | None = None) -> Settings:
    """The settings of a TOML file; those of a file that does not exist are all default.

    problems: as of `parse_settings`. Raises SettingsError.
    """
    text = read_text(file)
    return parse_settings(text, file, problems) if text else Settings()


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


def parse_settings(text: str, file: Path, problems: list[SettingsError] | None = None) -> Settings:
    """The settings that a text says. file: for errors.

    Raises SettingsError; but where ``problems`` is given it takes what is wrong with single keys,
    and these are left out.
    """
    import tomllib  # 5 ms that --version need not spend

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise SettingsError(file, int(line[1]) if line else 0, "", f"not TOML: {error}") from None

    def wrong(key: str, reason: str) -> None:
        error = SettingsError(file, line_of(text, key), key, reason)
        if problems is None:
            raise error
        problems.append(error)

    tables = {}
    for name, table in data.items():
        if isinstance(table, dict):
            tables[name] = table
        else:
            wrong(name, f"must be a table: [{name}]" if name in _TABLES else _NO_TABLE)
    return Settings(
        _each(tables.pop("views", {}), "views", _view, wrong),
        _each(tables.pop("accounts", {}), "accounts", _account, wrong),
        _each(tables.pop("keys", {}), "keys", _keys, wrong),
        tables,
    )


_TABLES = ("views", "accounts", "keys", "defaults")
_NO_TABLE = "stands below no table; options stand below [defaults]"
_Read = TypeVar("_Read")


def _each(
    table: dict[str, Any],
    name: str,
    read: Callable[[str, Any], _Read | str],
    wrong: Callable[[str, str], None],
) -> dict[str, _Read]:
    """What a table's values mean; a text that ``read`` returns is what is wrong with one."""
    found = {}
    for key, value in table.items():
        if isinstance(meant := read(key, value), str):
            wrong(f"{name}.{key}", meant)
        else:
            found[key] = meant
    return found


def _view(_name: str, wanted: Any) -> View | str:
    wrong = "must be a filter in quotes, such as 'is:denied who:alice', or a table of "
    wrong += "filter = '…' and columns = ['…']"
    if isinstance(wanted, str):
        return View(wanted)
    if not isinstance(wanted, dict) or not {"filter"} <= wanted.keys() <= {"filter", "columns"}:
        return wrong
    columns = wanted.get("columns", [])
    if not isinstance(wanted["filter"], str) or not _are_texts(columns):
        return wrong
    return View(wanted["filter"], tuple(columns))


def _account(number: str, wanted: Any) -> Account | str:
    wrong = "must be a name in quotes, such as 'prod', or a table of name = '…' and note = '…'"
    if isinstance(wanted, str):
        wanted = {"name": wanted}
    if not isinstance(wanted, dict) or not {"name"} <= wanted.keys() <= {"name", "note"}:
        return wrong
    if not _are_texts([*wanted.values()]) or not wanted["name"].strip():
        return wrong
    if not is_account_id(number):
        return "is no account id: 12 digits"
    name = wanted["name"].strip()
    if is_account_id(name):
        return "has the id of an account for its name"
    return Account(name, wanted.get("note", "").strip())


def _keys(_id: str, wanted: Any) -> tuple[str, ...] | str:
    keys = [wanted] if isinstance(wanted, str) else wanted
    if not _are_texts(keys) or not keys or not all(key.strip() for key in keys):
        return "must be a key in quotes, such as 'ctrl+f', or several: ['f', 'F3']"
    return tuple(key.strip() for key in keys)


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


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
