"""``ctexplore config``: what is in force and where it comes from, where it stands, which keys."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.util import find_spec
from urllib.parse import urlsplit

from ctexplore.commands.failure import Failure
from ctexplore.commands.settle import (
    DEFAULT,
    FILE,
    PREFIX,
    Origin,
    Own,
    check_names,
    in_force,
    options,
    own_settings,
    parser_of,
    variables,
)
from ctexplore.config import SettingsError, cache_dir, config_dir, config_file, state_dir
from ctexplore.text import safe

WHAT = {
    "show": "every option's value and where it comes from; what is wrong with the file",
    "path": "where the configuration file is, whether it exists or not",
    "keys": "what keys do, and by which names [keys] gives them others",
}
_WIDE = 26  # cells of an option's name
_Value = tuple[str, Origin]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=WHAT, help="; ".join(f"{k}: {v}" for k, v in WHAT.items()))


def run(args: argparse.Namespace) -> int:
    """Exit status 0; 2 where something in the file or the environment is wrong."""
    try:
        if args.what == "path":
            print(safe(str(config_file())))
            return 0
        if args.what == "keys":
            return _print_keys(own_settings())
        return _show(args.commands)
    except RuntimeError:
        raise Failure("there is no home directory", "XDG_CONFIG_HOME may name one") from None


def _show(commands: Collection[str]) -> int:
    own = own_settings()
    wrong = []
    rows: dict[str, dict[str, _Value]] = {}
    for command in sorted(commands):
        known = dict(options(parser_of(command)))
        try:
            found = in_force(known, command, own)
        except Failure as failure:
            wrong.append(str(failure))
            found = in_force(known, command, own, {})
        for name, action in known.items():
            value = _text(getattr(found, action.dest)), found.origins[action.dest]
            rows.setdefault(name, {})[command] = _chosen_before(name, value)
    check_names(own, commands)
    wrong += [str(problem) for problem in own.problems]
    wrong += [f"{name} sets no option" for name in _strange(commands, rows)]
    wrong += _wrong_keys(own)
    for line in (*_places(own), "", *_options(rows), "", *_tables(own)):
        print(safe(line.replace(f"   {own.path}, line", "   config.toml, line")))
    for line in dict.fromkeys(wrong):
        print(f"ctexplore: {safe(line)}", file=sys.stderr)
    return 2 if wrong else 0


def _places(own: Own) -> Iterator[str]:
    there = "" if own.path and own.path.exists() else "   (is not there)"
    yield f"{'file':<{_WIDE}}{own.path}{there}"
    yield f"{'themes':<{_WIDE}}{config_dir() / 'themes'}"
    yield f"{'state':<{_WIDE}}{state_dir()}"
    yield f"{'cache':<{_WIDE}}{cache_dir()}   (--cache-dir names another)"
    # Whether it is there, without the 80 ms that importing what uses it would take.
    built = find_spec("ctexplore.store.columns._fields") is not None
    how = "in C" if built else "in Python   (no C compiler was there at installation)"
    yield f"{'reading':<{_WIDE}}{how}"


def _options(rows: Mapping[str, Mapping[str, _Value]]) -> Iterator[str]:
    """A line for each option; one for each command where they differ."""
    for name, by_command in sorted(rows.items()):
        values = set(by_command.values())
        titled = (
            {name: next(iter(values))}
            if len(values) == 1
            else {f"{command}.{name}": value for command, value in by_command.items()}
        )
        for title, (value, origin) in titled.items():
            yield f"{title:<{_WIDE}}{value}   {'' if origin.kind == DEFAULT else origin}".rstrip()


def _tables(own: Own) -> Iterator[str]:
    for title, table in (
        ("views", own.settings.views),
        ("accounts", own.settings.accounts),
        ("keys", own.settings.keys),
    ):
        yield f"{title:<{_WIDE}}{len(table)}   {', '.join(table)}".rstrip()


def _text(value: object) -> str:
    """What a person would write; of a URL without the password that it may have."""
    if value in (None, "", [], False):
        return "no" if value is False else "-"
    if value is True:
        return "yes"
    if isinstance(value, list):
        return ",".join(map(_text, value))
    text = str(value)
    url = urlsplit(text) if "://" in text else None
    if url and "@" in url.netloc:
        return url._replace(netloc=f"…@{url.netloc.rpartition('@')[2]}").geturl()
    return text


def _chosen_before(name: str, value: _Value) -> _Value:
    """Columns chosen in the explorer go before those of the file."""
    file = state_dir() / "columns"
    if name == "columns" and value[1].kind in (FILE, DEFAULT) and file.exists():
        return ",".join(file.read_text("utf-8", "replace").split()), Origin(FILE, str(file))
    return value


def _strange(commands: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """Variables that look like ours and are not."""
    known = {variable for c in commands for name in names for variable in variables(c, name)}
    known |= {"CTEXPLORE_TEST_LOGS", "CTEXPLORE_UPDATE_SNAPSHOTS"}  # of the tests
    return (name for name in sorted(os.environ) if name.startswith(PREFIX) and name not in known)


def _wrong_keys(own: Own) -> Iterator[str]:
    if own.settings.keys:
        from ctexplore.tui.keymap import keymap

        for name, reason in keymap(own.settings.keys)[1]:
            assert own.path is not None
            key = f"keys.{name}"
            yield str(SettingsError(own.path, own.line(key), key, reason))


def _print_keys(own: Own) -> int:
    """Every id, its keys now, and what they do."""
    from ctexplore.tui.keymap import usual_keys

    for name, binding in usual_keys().items():
        keys = ",".join(own.settings.keys.get(name, ())) or binding.key
        print(f"{name:<{_WIDE}}{safe(keys):<20}  {binding.tooltip or binding.description}".rstrip())
    return 0
