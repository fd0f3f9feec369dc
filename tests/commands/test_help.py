"""``ctexplore help questions``, and that the README says the same."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from ctexplore import cli
from ctexplore.commands.help_questions import QUESTIONS, page

README = Path(__file__).parents[2] / "README.md"


def test_help_alone_is_the_page_of_the_program_with_commands_and_topics(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pages = []
    for arguments in (["help"], ["--help"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert not ended.value.code
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1]
    assert pages[0].startswith("usage: ctexplore")
    for name, said in cli.COMMANDS.items():
        assert f"ctexplore {name} " in pages[0] and said in pages[0]
    for name, said in cli.TOPICS.items():
        assert f"ctexplore help {name} " in pages[0] and said in pages[0]
        assert cli.main(["help", name]) == 0


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
