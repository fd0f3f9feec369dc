"""The columns that a filter or a folder brings along, and those that give way to them."""

from __future__ import annotations

import pytest

from ctexplore.query.presets import PRESETS
from ctexplore.tui.events.category_columns import shown_columns
from ctexplore.tui.events.columns import DEFAULT, canonical_name, column

INSIGHT = "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/03/04/"
LOGS = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/04/"
RATE = "insightDetails.insightContext.statistics.insight.average"


def test_without_a_preset_the_chosen_columns_stay():
    assert shown_columns(DEFAULT, "who:alice", (LOGS,)) == DEFAULT
    assert shown_columns(("name", "agent"), "", ()) == ("name", "agent")


def test_a_filter_brings_its_columns_and_takes_the_empty_ones():
    shown = shown_columns(DEFAULT, "is:insight name:GetObject", (LOGS,))
    assert RATE in shown
    assert "who" not in shown and "target" not in shown
    assert "error" in shown and "name" in shown


def test_one_of_a_presets_alternatives_brings_its_columns():
    mfa = "additionalEventData.MFAUsed"
    assert mfa in shown_columns(DEFAULT, "name:ConsoleLogin is:failed", ())
    assert mfa in shown_columns(DEFAULT, "source:signin", ())
    assert mfa not in shown_columns(DEFAULT, "name:ConsoleLogin or name:StopLogging", ())
    assert mfa not in shown_columns(DEFAULT, "-name:ConsoleLogin", ())
    assert mfa not in shown_columns(DEFAULT, "", ())


def test_a_folder_of_one_category_brings_its_columns_unasked():
    assert RATE in shown_columns(DEFAULT, "", (INSIGHT,))
    assert RATE not in shown_columns(DEFAULT, "", (INSIGHT, LOGS))
    assert RATE not in shown_columns(DEFAULT, "", ("AWSLogs/111122223333/",))
    assert shown_columns(DEFAULT, "", ()) == DEFAULT


def test_a_filter_that_cannot_be_read_brings_nothing():
    assert shown_columns(DEFAULT, "is:insight (", (LOGS,)) == DEFAULT


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.id)
def test_no_two_columns_of_a_preset_have_one_title(preset):
    titles = [column(canonical_name(name)).title for name in preset.columns]
    assert len(set(titles)) == len(titles)
    assert all(canonical_name(name) == name for name in preset.columns)
