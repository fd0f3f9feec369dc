"""Options from the command line, the environment and the configuration file."""

from __future__ import annotations

import argparse
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctexplore import cli
from ctexplore.commands.failure import Failure
from ctexplore.commands.settle import Own, check_names, options, own_settings, parser_of, settle
from ctexplore.commands.settle import variables as named
from ctexplore.sources.demo.layouts import write_layout

COMMANDS = [name for name in cli.COMMANDS if name not in cli._WITHOUT_OPTIONS]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "ctexplore").mkdir()
    return tmp_path / "ctexplore" / "config.toml"


def settled(
    file: Path, text: str, *line: str, command: str = "explore", **env: str
) -> tuple[argparse.Namespace, Own]:
    file.write_text(text)
    own = own_settings()
    return settle(parser_of(command), command, line, own, env), own


PLACES = {
    "command line": (["--profile", "line"], {}, ""),
    "environment, this command": ([], {"CTEXPLORE_EXPLORE_PROFILE": "own"}, ""),
    "environment": ([], {"CTEXPLORE_PROFILE": "env"}, ""),
    "file, this command": ([], {}, "[explore]\nprofile = 'mine'\n"),
    "file": ([], {}, "[defaults]\nprofile = 'file'\n"),
}
SAID = ("line", "own", "env", "mine", "file", None)


@pytest.mark.parametrize("there", [*product((True, False), repeat=5)])
def test_the_first_place_that_says_it_holds(file: Path, there: tuple[bool, ...]) -> None:
    line: list[str] = []
    env: dict[str, str] = {}
    text = ""
    for place, is_there in zip(PLACES.values(), there, strict=True):
        if is_there:
            line += place[0]
            env |= place[1]
            text += place[2]
    args, own = settled(file, text, *line, **env)
    first = (*there, True).index(True)
    assert args.profile == SAID[first]
    kinds = ("command line", *("environment",) * 2, *("file",) * 2, "default")
    assert args.origins["profile"].kind == kinds[first]
    assert own.problems == []


def test_where_a_value_comes_from(file: Path) -> None:
    text = "# mine\n[defaults]\nprofile = 'audit'\n"
    args, _ = settled(file, text, "--prefix", "x", CTEXPLORE_ROLE_ARN="arn:x")
    assert str(args.origins["profile"]) == f"{file}, line 3"
    assert str(args.origins["role_arn"]) == "CTEXPLORE_ROLE_ARN"
    assert str(args.origins["prefix"]) == "command line"
    assert str(args.origins["theme"]) == "default"


def test_kinds_of_values(file: Path) -> None:
    text = """[defaults]
    region = ["eu-west-1", "us-east-1,us-west-2"]
    max-objects = 5
    max-memory = "2G"
    offline = true
    cache-dir = "~/x"
    """
    args, own = settled(file, text, CTEXPLORE_ACCOUNT="prod, test", CTEXPLORE_NO_MOUSE="yes")
    assert own.problems == []
    assert args.region == ["eu-west-1", "us-east-1", "us-west-2"]
    assert args.account == ["prod", "test"]
    assert (args.max_objects, args.max_memory) == (5, 2 << 30)
    assert (args.offline, args.no_mouse, args.no_cache) == (True, True, False)
    assert args.cache_dir == Path.home() / "x"
    assert args.cache_size == 4 << 30


def test_a_switch_is_taken_back(file: Path) -> None:
    text = "[defaults]\noffline = true\nno-mouse = true\n"
    args, _ = settled(file, text, "--no-offline", "--mouse")
    assert (args.offline, args.no_mouse) == (False, False)
    args, _ = settled(file, text, CTEXPLORE_OFFLINE="0")
    assert (args.offline, args.no_mouse) == (False, True)


def test_a_place_named_on_the_line_is_the_only_one(file: Path) -> None:
    text = "[defaults]\nbucket = 'usual'\nprefix = 'AWSLogs/'\n"
    args, _ = settled(file, text)
    assert (args.bucket, args.prefix) == ("usual", "AWSLogs/")
    for line in (["folder"], ["--demo"], ["--history"], ["--bucket", "other"]):
        args, _ = settled(file, text, *line)
        assert args.bucket in (None, "other")
        assert args.prefix == ""
    args, _ = settled(file, text, CTEXPLORE_BUCKET="env")
    assert (args.bucket, args.prefix) == ("env", "")


def test_a_time_named_on_the_line_is_the_only_one(file: Path) -> None:
    text = "[defaults]\nlast = '24h'\n"
    assert settled(file, text)[0].last == "24h"
    args, _ = settled(file, text, "--since", "yesterday")
    assert (args.last, args.since) == (None, "yesterday")


def test_a_word_of_another_commands_option_is_for_that_one(file: Path) -> None:
    text = "[defaults]\nformat = 'raw'\n"
    assert settled(file, text, "", command="query")[0].format == "raw"
    args, own = settled(file, text, command="verify")
    assert (args.format, own.problems) == ("text", [])
    assert settled(file, "", command="verify", CTEXPLORE_FORMAT="csv")[0].format == "text"


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[defaults]\nregion = 3\noffline = 'perhaps'\n", "defaults.offline", "neither true"),
        ("[defaults]\n\nmax-objects = 0\n", "defaults.max-objects", "no whole number above 0"),
        ("[defaults]\nprofile = ['a', 'b']\n", "defaults.profile", "must be a text in quotes"),
        ("[defaults]\nprofile = true\n", "defaults.profile", "must be a text in quotes"),
        ("[defaults]\nregion = true\n", "defaults.region", "or a list of these"),
        ("[explore]\nlast = '24x'\n", "explore.last", "no span of time"),
        ("[explore]\nsince = '01/02/2024'\n", "explore.since", "2024"),
        ("[explore]\nfilter = 'sorce:x'\n", "explore.filter", "sorce"),
        ("[defaults]\ncolumns = ['time', 'hwo']\n", "defaults.columns", "hwo"),
        ("[defaults]\nmax-object = 3\n", "defaults.max-object", "max-objects is one"),
        ("[query]\ntheme = 'x'\n", "query.theme", "is no option of ctexplore query"),
        ("[queri]\nlimit = 3\n", "queri", "is no table; known are [views], [accounts], [keys]"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_and_left_out(
    file: Path, text: str, key: str, reason: str
) -> None:
    args, own = settled(file, text)
    check_names(own, COMMANDS)
    problem = own.problems[-1]
    line = next(n for n, s in enumerate(text.splitlines(), 1) if key.rpartition(".")[2] in s)
    assert (problem.line, problem.key) == (line, key)
    assert reason in problem.reason
    assert str(problem).startswith(f"{file}, line {line}: {key}: ")
    assert args.offline is False


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("CTEXPLORE_MAX_OBJECTS", "many", "no whole number above 0"),
        ("CTEXPLORE_OFFLINE", "perhaps", "neither true nor false"),
        ("CTEXPLORE_QUERY_FORMAT", "xml", "'xml' is none of table"),
        ("CTEXPLORE_LAST", "24x", "no span of time"),
    ],
)
def test_what_is_wrong_in_the_environment_ends_the_command(
    file: Path, variable: str, value: str, reason: str
) -> None:
    with pytest.raises(Failure, match=f"^{variable}: .*{reason}"):
        settled(file, "", "", command="query", **{variable: value})


def test_headless_commands_refuse_a_wrong_file(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("[defaults]\nlast = '24h'\nregoin = 'eu-west-1'\n")
    assert cli.main(["query", "is:root", "--demo", "--count", "--no-cache"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"ctexplore: {file}, line 3: defaults.regoin: is no option; region is")


def test_defaults_reach_a_query(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_layout(tmp_path / "logs", "organization")
    file.write_text("[defaults]\nno-cache = true\n[query]\ncount = true\n")
    assert cli.main(["query", "", str(tmp_path / "logs")]) == 0
    assert int(capsys.readouterr().out) > 0
    assert cli.main(["query", "", str(tmp_path / "logs"), "--by", "name", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith('"name","count"')


def test_every_option_of_every_command_has_names_of_its_own() -> None:
    """And each is of a kind that can be set: none is lost without notice."""
    meant: dict[str, tuple[str, str]] = {}
    for command in COMMANDS:
        for name, action in options(parser_of(command)):
            assert action.nargs in (None, 0), (command, name)
            own, general = named(command, name)
            assert meant.setdefault(own, (command, name)) == (command, name)
            assert meant.setdefault(general, ("", name)) == ("", name)


@settings(max_examples=50)
@given(
    text=st.dictionaries(
        st.sampled_from(["profile", "region", "offline", "max-objects", "theme", "nonsense"]),
        st.text(max_size=8) | st.booleans() | st.integers() | st.lists(st.text(max_size=4)),
    )
)
def test_no_value_of_a_file_is_an_accident(text: dict[str, object]) -> None:
    own = Own(Path("/nowhere/config.toml"))
    own.settings = type(own.settings)(options={"defaults": text})
    args = settle(parser_of("explore"), "explore", [], own, {})
    check_names(own, COMMANDS)
    for name in text:
        dest = name.replace("-", "_")
        taken = dest in args.origins and args.origins[dest].kind == "file"
        assert taken != any(problem.key == f"defaults.{name}" for problem in own.problems), name
