"""Every option from four places: command line, environment, configuration file, its default.

There is one table of options, the parser of each command. An option ``--max-objects`` is
``CTEXPLORE_MAX_OBJECTS`` in the environment and ``max-objects`` below ``[defaults]`` in
``config.toml``; for one command alone ``CTEXPLORE_QUERY_MAX_OBJECTS`` and ``[query]``.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec import Struct, field

from ctexplore.commands.checks import CHECKS, is_on
from ctexplore.commands.failure import Failure
from ctexplore.commands.parser import Parser
from ctexplore.config import Settings, SettingsError, config_file, line_of, read_settings, read_text

LINE, ENV, FILE, DEFAULT = "command line", "environment", "file", "default"
DEFAULTS: Final = "defaults"
PREFIX: Final = "CTEXPLORE_"
# What answers one question together: the first place that says any of it says all of it.
_TOGETHER: Final = (
    {"sources", "bucket", "prefix", "history", "log_group", "demo", "lookup"},
    {"since", "until", "last"},
    {"count", "by"},
)


class Origin(NamedTuple):
    """Where a value comes from. kind: one of four. where: as a person finds it."""

    kind: str
    where: str = ""

    def __str__(self) -> str:
        return self.where or self.kind


class Own(Struct):
    """The configuration file as far as it can be read. path: None without a home directory."""

    path: Path | None = None
    settings: Settings = field(default_factory=Settings)
    problems: list[SettingsError] = field(default_factory=list)

    def line(self, key: str) -> int:
        return line_of(read_text(self.path), key) if self.path else 0

    def key(self, name: str, command: str) -> str:
        """Where a command's option stands, dotted."""
        table = command if name in self.settings.options.get(command, {}) else DEFAULTS
        return f"{table}.{name}"

    def wrong(self, key: str, reason: str) -> None:
        assert self.path is not None
        self.problems.append(SettingsError(self.path, self.line(key), key, reason))


def own_settings() -> Own:
    """What the configuration file says; nothing where there is none."""
    own = Own()
    try:
        own.path = config_file()
        own.settings = read_settings(own.path, own.problems)
    except RuntimeError:
        """No home directory."""
    except SettingsError as error:
        own.problems.append(error)
    return own


def options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.Action]]:
    """The options that may be set, by their long names without dashes."""
    for action in parser._actions:
        long = next((text for text in action.option_strings if text.startswith("--")), "")
        if long and action.help != argparse.SUPPRESS and action.dest not in ("help", "version"):
            yield long[2:], action


def settle(
    parser: argparse.ArgumentParser,
    command: str,
    arguments: Sequence[str],
    own: Own,
    env: Mapping[str, str] = os.environ,
) -> argparse.Namespace:
    """The arguments with what stands elsewhere; ``origins`` in it says where each comes from.

    What is wrong in the file is added to ``own.problems`` and left out. Raises Failure for what is
    wrong on the command line or in the environment.
    """
    known = dict(options(parser))
    defaults = {action.dest: action.default for action in known.values()}
    for name, action in known.items():
        action.default = argparse.SUPPRESS
        if action.nargs == 0:
            _add_opposite(parser, name, action)
    # Options may stand between the sources.
    parsed = parser.parse_intermixed_args(arguments)
    for action in known.values():
        action.default = defaults[action.dest]
    return in_force(known, command, own, env, parsed)


def in_force(
    known: Mapping[str, argparse.Action],
    command: str,
    own: Own,
    env: Mapping[str, str] = os.environ,
    parsed: argparse.Namespace | None = None,
) -> argparse.Namespace:
    """The values of a command's options. parsed: those that its line says. Raises Failure."""
    parsed = parsed or argparse.Namespace()
    defaults = {action.dest: action.default for action in known.values()}
    said = {dest for dest in vars(parsed) if dest in defaults or getattr(parsed, dest)}
    origins = {dest: Origin(LINE) for dest in said}
    for found in (_from_env(command, known, env), _from_file(command, known, own)):
        for dest, (value, origin) in _not_answered(found, origins).items():
            setattr(parsed, dest, value)
            origins[dest] = origin
    for dest, default in defaults.items():
        if dest not in origins:
            setattr(parsed, dest, [*default] if isinstance(default, list) else default)
            origins[dest] = Origin(DEFAULT)
    parsed.origins = origins
    return parsed


def check_names(own: Own, commands: Iterable[str]) -> None:
    """Add to the problems what stands in the file for no option of any command."""
    for table, written in own.settings.options.items():
        if table == DEFAULTS:
            allowed = {name for command in commands for name, _ in options(parser_of(command))}
        elif table in commands:
            allowed = {name for name, _ in options(parser_of(table))}
        else:
            known = ("views", "accounts", "keys", DEFAULTS, *commands)
            own.wrong(table, f"is no table; known are {', '.join(f'[{name}]' for name in known)}")
            continue
        for name in written.keys() - allowed:
            near = difflib.get_close_matches(name.replace("_", "-"), allowed, 1)
            meant = near[0] + " is one" if near else "ctexplore config show lists them"
            of = "" if table == DEFAULTS else f" of ctexplore {table}"
            own.wrong(f"{table}.{name}", f"is no option{of}; {meant}")


def parser_of(command: str) -> Parser:
    """A command's parser. Imports the command."""
    parser = Parser(prog=f"ctexplore {command}", allow_abbrev=False)
    importlib.import_module(f"ctexplore.commands.{command}").add_arguments(parser)
    return parser


def variables(command: str, name: str) -> tuple[str, str]:
    """The names in the environment, the more particular first."""
    word = name.upper().replace("-", "_")
    return f"{PREFIX}{command.upper()}_{word}", f"{PREFIX}{word}"


_Found = dict[str, tuple[Any, Origin]]


def _not_answered(found: _Found, origins: Mapping[str, Origin]) -> _Found:
    """What nothing before has said, nor has answered otherwise."""
    answered = {dest for group in _TOGETHER if group & origins.keys() for dest in group}
    return {d: v for d, v in found.items() if d not in origins and d not in answered}


def _from_env(command: str, known: Mapping[str, argparse.Action], env: Mapping[str, str]) -> _Found:
    found = {}
    for name, action in known.items():
        for variable in variables(command, name):
            if not (text := env.get(variable, "")):
                continue
            value, wrong = _value(action, text)
            if wrong and not (wrong.elsewhere and variable == variables(command, name)[1]):
                raise Failure(f"{variable}: {wrong.reason}")
            if not wrong:
                found[action.dest] = value, Origin(ENV, variable)
                break
    return found


def _from_file(command: str, known: Mapping[str, argparse.Action], own: Own) -> _Found:
    found = {}
    for table in (command, DEFAULTS):
        for name, written in own.settings.options.get(table, {}).items():
            action, key = known.get(name), f"{table}.{name}"
            if action is None or action.dest in found:
                continue
            value, wrong = _value(action, written)
            if not wrong:
                found[action.dest] = value, Origin(FILE, f"{own.path}, line {own.line(key)}")
            elif not (wrong.elsewhere and table == DEFAULTS):
                own.wrong(key, wrong.reason)
    return found


class _Wrong(NamedTuple):
    """elsewhere: another command may have it, whose option of this name takes other words."""

    reason: str
    elsewhere: bool = False


def _value(action: argparse.Action, written: object) -> tuple[Any, _Wrong | None]:
    """What an option's text, or its value in TOML, means; or what is wrong with it."""
    if action.nargs == 0:
        on = is_on(written)
        wrong = _Wrong(f"{written!r} is neither true nor false") if on is None else None
        return action.const if on else not action.const, wrong
    several = isinstance(action, argparse._AppendAction)
    if isinstance(written, str):
        texts = [text.strip() for text in written.split(",")] if several else [written]
    elif several and isinstance(written, list):
        texts = [str(text) for text in written]
    elif isinstance(written, int | float) and not isinstance(written, bool):
        texts = [str(written)]
    else:
        kind = "a text in quotes or a list of these" if several else "a text in quotes or a number"
        return None, _Wrong(f"must be {kind}")
    values: list[Any] = []
    for text in filter(None, texts):
        if action.choices is not None and text not in action.choices:
            allowed = ", ".join(map(str, action.choices))
            return None, _Wrong(f"{text!r} is none of {allowed}", elsewhere=True)
        if action.type is Path:
            text = os.path.expanduser(text)  # noqa: PTH111
        try:
            if check := CHECKS.get(action.dest):
                check(text)
            value = action.type(text) if callable(action.type) else text
        except (argparse.ArgumentTypeError, ValueError, Failure) as error:
            return None, _Wrong(str(error))
        values += value if isinstance(value, list) else [value]
    if not several and not values:
        return None, _Wrong("is empty")
    return (values if several else values[0]), None


def _add_opposite(
    parser: argparse.ArgumentParser,
    name: str,
    action: argparse.Action,
) -> None:
    """``--no-offline`` for a switch ``--offline``: takes back what stands elsewhere."""
    opposite = f"--{name.removeprefix('no-')}" if name.startswith("no-") else f"--no-{name}"
    if opposite not in parser._option_string_actions:
        parser.add_argument(
            opposite,
            dest=action.dest,
            action="store_const",
            const=not action.const,
            default=argparse.SUPPRESS,
            help=argparse.SUPPRESS,
        )
