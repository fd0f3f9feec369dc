"""What may stand next on a command line: for the shells' completion."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from configparser import ConfigParser, Error
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from ctexplore.commands.settle import options, own_settings, parser_of
from ctexplore.config import config_dir
from ctexplore.text import safe

_FILTERS = ("filter",)
_FIELD_LISTS = ("fields", "columns", "by")
_MOMENTS = ("today", "yesterday", "monday")
_SPANS = ("1h", "24h", "7d")
_OPEN = re.compile(r"""["'][^"']*$""")


def offered(line: str, commands: Sequence[str], *, last: str | None = None) -> list[str]:
    """Words for the place at the end of a line. last: what bash takes for the word to complete,
    which begins after a colon or an equals sign. Never raises for what a line holds."""
    words = _words(line)
    typed = words.pop()
    command = next((w for w in words[1:2] if w in commands), "")
    found = [
        text
        for text in _candidates(words[1 + bool(command) :], typed, command, commands)
        if text.startswith(typed) and safe(text) == text
    ]
    if last is not None:
        # The shell keeps what stands before its own last word.
        kept = typed[: len(typed) - len(last)] if typed.endswith(last) else ""
        return [text[len(kept) :] for text in found]
    return found


def _words(line: str) -> list[str]:
    """The words of a line, the last one being what is typed; a quote may be open."""
    for end in ("", "'", '"'):
        with suppress(ValueError):
            words = shlex.split(line + end)
            break
    else:
        words = line.split()
    if not words or (line[-1:].isspace() and not _OPEN.search(line)):
        words.append("")
    return words


def _candidates(
    before: Sequence[str], typed: str, command: str, commands: Sequence[str]
) -> Iterable[str]:
    if not command and not before and not typed.startswith("-"):
        return commands
    parser = parser_of(command or "explore")
    known = dict(options(parser))
    option, equals, value = typed.partition("=")
    if equals and option.removeprefix("--") in known:
        return (f"{option}={text}" for text in _values(known[option[2:]], value))
    if typed.startswith("-"):
        return (f"--{name}" for name in (*known, "help"))
    action = known.get(before[-1][2:]) if before and before[-1].startswith("--") else None
    if action is not None and action.nargs != 0:
        return _values(action, typed)
    return _of_position(parser, list(_free(before, known)), typed)


def _free(before: Sequence[str], known: dict[str, argparse.Action]) -> Iterator[str]:
    """The words that stand for no option and no value of one."""
    value = False
    for word in before:
        if word.startswith("--"):
            action = known.get(word[2:])
            value = action is not None and action.nargs != 0
        elif value:
            value = False
        else:
            yield word


def _of_position(parser: argparse.ArgumentParser, before: list[str], typed: str) -> Iterable[str]:
    positions = [a for a in parser._actions if not a.option_strings]
    if not positions:
        return ()
    action = positions[min(len(before), len(positions) - 1)]
    return _values(action, typed)


def _values(action: argparse.Action, typed: str) -> Iterable[str]:
    if action.choices is not None:
        return [str(choice) for choice in action.choices if choice != "ask"]
    match action.dest:
        case "profile":
            return _profiles()
        case "bucket":
            return _buckets()
        case "sources":
            return [f"s3://{name}" for name in _buckets()] if typed.startswith("s3") else ()
        case "region":
            return _listed(typed, [*_regions(), "all"])
        case "account":
            return [a.name for a in own_settings().settings.accounts.values()]
        case "theme":
            return _themes()
        case "since" | "until":
            return _MOMENTS
        case "last":
            return _SPANS
        case dest if dest in _FILTERS:
            return _terms(typed)
        case dest if dest in _FIELD_LISTS:
            from ctexplore.query.fields import SHORT

            return _listed(typed, ["time", *SHORT])
        case _:
            return ()


def _listed(typed: str, names: Iterable[str]) -> Iterator[str]:
    """The last of several, parted by commas."""
    before, comma, _ = typed.rpartition(",")
    return (f"{before}{comma}{name}" for name in names)


def _terms(typed: str) -> Iterator[str]:
    """The last term of a filter: fields and flags, and words after some of them."""
    from ctexplore.query.fields import FLAGS, SHORT, TIMES

    start = max(typed.rfind(" "), typed.rfind("(")) + 1
    before, term = typed[:start], typed[start:].removeprefix("-")
    before += "-" if typed[start:].startswith("-") else ""
    flags = [f"{prefix}:{name}" for prefix, names in FLAGS.items() for name in names]
    regions = _regions() if term.startswith("region:") else ()
    for text in (
        *(f"{name}:" for name in (*SHORT, *TIMES)),
        *flags,
        *(f"region:{name}" for name in regions),
    ):
        yield f"{before}{text}"


def _profiles() -> list[str]:
    """Of the AWS configuration, read as botocore would, which takes 150 ms to be imported."""
    found: dict[str, None] = {}
    for variable, usual in (
        ("AWS_CONFIG_FILE", "~/.aws/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    ):
        file = os.path.expanduser(os.environ.get(variable) or usual)  # noqa: PTH111
        parser = ConfigParser(interpolation=None, strict=False, default_section="\n")
        with suppress(OSError, Error, UnicodeDecodeError):
            parser.read(file)
        for section in parser.sections():
            if "credentials" in variable.lower() or section == "default":
                found[section] = None
            elif section.startswith("profile "):
                found[section.removeprefix("profile ").strip("\"' ")] = None
    return list(found)


def _buckets() -> list[str]:
    """Those that the cache has listings of, the last opened first."""
    from ctexplore.store.cache.buckets import kept_buckets
    from ctexplore.store.cache.opencache import open_cache

    cache = open_cache(None, 4 << 30)
    try:
        named = (bucket.words[0] for bucket in kept_buckets(cache) if bucket.words)
        places = (word.removeprefix("s3://").partition("/")[0] for word in named)
        return list(dict.fromkeys(filter(None, places)))
    finally:
        cache.close()


def _regions() -> list[str]:
    """That botocore knows of, from its smallest file."""
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        return []
    with suppress(OSError, ValueError, KeyError):
        file = Path(spec.origin).parent / "data" / "partitions.json"
        partitions = json.loads(file.read_bytes())["partitions"]
        return [r for p in partitions for r in p["regions"] if not r.endswith("-global")]
    return []


def _themes() -> list[str]:
    """Shipped ones, and files of a person's own."""
    package = Path(__file__).parents[1]
    folders = [package / "themes", package.parent / "themes"]
    with suppress(RuntimeError):
        folders.append(config_dir() / "themes")
    names = [p.stem.removeprefix("ctexplore-") for f in folders for p in sorted(f.glob("*.toml"))]
    return list(dict.fromkeys(names))
