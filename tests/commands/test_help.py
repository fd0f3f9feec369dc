"""``ctexplore help questions``, and that the README says the same."""

from __future__ import annotations

import shlex
from pathlib import Path
from textwrap import indent

import pytest

from ctexplore import cli
from ctexplore.commands.examples import EXAMPLES, FIRST
from ctexplore.commands.help_questions import QUESTIONS, page
from ctexplore.commands.settle import Own, parser_of, settle

README = Path(__file__).parents[2] / "README.md"


def test_help_alone_is_the_page_of_the_program_with_commands_and_topics(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = []
    for arguments in (["help"], ["--help"], ["-h"]):
        assert cli.main(arguments) == 0
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1] == pages[2]
    lines = pages[0].splitlines()
    assert max(map(len, lines)) < 80
    # A screen of 24 lines with the prompt below, as long as there are twelve commands.
    assert len(lines) <= 23 + max(0, len(cli.COMMANDS) - 12)
    for name in cli.COMMANDS.keys() - {"explore"}:
        assert any(line.startswith(f"  {name} ") for line in lines)
    for name in cli.TOPICS:
        assert f"ctexplore help {name}" in pages[0]
        assert cli.main(["help", name]) == 0
    for line, _ in FIRST:
        assert f"  {line} " in pages[0]


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_examples_that_it_can_read(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """A command without any gets them in commands/examples.py."""
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith("usage: ctexplore")
    assert EXAMPLES[command]
    for line in EXAMPLES[command]:
        assert line in shown
        assert len(line) < 79
        words = shlex.split(line)
        if words[0] != "ctexplore" or command in cli._WITHOUT_OPTIONS:
            continue
        words = words[1 + (command != "explore") :]
        settle(parser_of(command), command, words, Own(), {})


def test_lines_of_the_program_are_read_by_it() -> None:
    for line, _ in FIRST:
        _, *words = shlex.split(line)
        command = words.pop(0) if words[:1] == ["query"] else "explore"
        settle(parser_of(command), command, words, Own(), {})


@pytest.mark.parametrize("command", ["query", "help"])
def test_help_and_a_command_is_the_page_of_that_command(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["help", command])
    assert capsys.readouterr().out.startswith(f"usage: ctexplore {command} ")


def test_each_question_is_printed_with_its_filter(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["help", "questions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for number, question in enumerate(QUESTIONS, 1):
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{number:>2}. "))
        assert question.text in lines[at] and question.options in lines[at]
        assert lines[at + 1] == f"    {question.filter}"


def test_another_topic_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["help", "qestions"]) == 2
    assert "questions" in capsys.readouterr().err


def test_the_readme_shows_the_same_page() -> None:
    assert indent(page(), "    ") in README.read_text(), "paste: ctexplore help questions"


def test_options_are_those_of_query(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text('{"Records": []}')
    for question in QUESTIONS:
        words = [question.filter, *question.options.split(), str(tmp_path), "--no-cache"]
        assert cli.main(["query", *words]) == 1, capsys.readouterr().err
