"""``ctexplore help questions``, and that the README says the same."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from ctexplore import cli
from ctexplore.commands.help_questions import QUESTIONS, page

README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("arguments", [["help"], ["help", "questions"]])
def test_each_question_is_printed_with_its_filter(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.main(arguments) == 0
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
