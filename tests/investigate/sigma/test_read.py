"""What is read of a folder of rules, and how what cannot be read is named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ctexplore.investigate.sigma.explain import Reason, reasons
from ctexplore.investigate.sigma.read import RulesError, read_rules
from tests.build import event
from tests.investigate.sigma.asking import rows, rule_text, rules_in

SIMPLE = {"s": {"eventName": "DeleteTrail"}, "condition": "s"}
CORRELATION = """
title: Many
correlation: {type: event_count, rules: [a], group-by: [x], timespan: 1h, condition: {gte: 5}}
"""


def test_a_rule_that_cannot_be_read_is_named_and_the_others_work(tmp_path: Path) -> None:
    old = {"s": {"eventName": "x"}, "condition": "s | count() > 5"}
    look = {"s": {"eventName|re": "(?=x)"}, "condition": "s"}
    found = rules_in(
        tmp_path,
        good=rule_text(SIMPLE),
        broken="title: [aws",
        listed="- aws",
        correlation=CORRELATION,
        pipe=rule_text(old, title="Old"),
        lookahead=rule_text(look, title="Look"),
        placeholder=rule_text({"s": {"eventName|expand": "%names%"}, "condition": "s"}),
        modifier=rule_text({"s": {"eventName|sideways": "x"}, "condition": "s"}, title="Side"),
        undefined=rule_text({"s": {"eventName": "x"}, "condition": "t"}, title="Undefined"),
        nothing="title: No detection\nlogsource: {product: aws}\n",
    )
    assert [rule.name for rule in found.rules] == ["A rule"]
    said = {problem.file.stem: problem for problem in found.problems}
    assert set(said) == {
        "broken", "listed", "correlation", "pipe", "lookahead", "placeholder", "modifier",
        "undefined", "nothing",
    }  # fmt: skip
    assert "not YAML" in said["broken"].reason
    assert said["correlation"].title == "Many" and "not supported" in said["correlation"].reason
    assert "%names%" in said["placeholder"].reason
    assert "sideways" in said["modifier"].reason
    assert "\n" not in "".join(map(str, found.problems))
    assert rows(found.rules, event(1, eventName="DeleteTrail"), event(2)) == [[0]]


def test_rules_about_other_logs_are_only_counted(tmp_path: Path) -> None:
    windows = rule_text(SIMPLE, logsource={"product": "windows", "service": "security"})
    found = rules_in(tmp_path, good=rule_text(SIMPLE), windows=windows, empty="{}")
    assert (len(found.rules), found.elsewhere, found.problems) == (1, 2, ())


def test_a_date_that_is_none_spoils_no_rule(tmp_path: Path) -> None:
    found = rules_in(tmp_path, good=rule_text(SIMPLE, date="yesterday", level="urgent"))
    assert [rule.level for rule in found.rules] == [""]


def test_the_worst_rules_come_first_and_equal_titles_are_told_apart(tmp_path: Path) -> None:
    found = rules_in(
        tmp_path,
        a=rule_text(SIMPLE, level="low", title="Alpha"),
        b=rule_text(SIMPLE, level="critical", title="Beta"),
        c=rule_text(SIMPLE, level="low", title="Alpha"),
    )
    assert [rule.name for rule in found.rules] == ["Beta", "Alpha (a)", "Alpha (c)"]
    assert found.named("Alpha (c)") is found.rules[2] and found.named("Alpha") is None


def test_several_rules_in_a_file_may_share_what_is_global(tmp_path: Path) -> None:
    text = "\n---\n".join(
        (
            "action: global\ntitle: Both\nlogsource: {product: aws, service: cloudtrail}",
            "detection: {s: {eventName: DeleteTrail}, condition: s}",
            "detection: {s: {eventName: StopLogging}, condition: s}",
        )
    )
    found = rules_in(tmp_path, both=text)
    assert [rule.name for rule in found.rules] == ["Both (both)", "Both (both) #2"]
    events = event(1, eventName="StopLogging"), event(2, eventName="DeleteTrail")
    assert rows(found.rules, *events) == [[1], [0]]


def test_a_file_is_enough_and_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "one.yml"
    file.write_text(rule_text(SIMPLE))
    assert len(read_rules(file).rules) == 1
    (tmp_path / "none").mkdir()
    for where in (tmp_path / "none", tmp_path / "missing"):
        with pytest.raises(RulesError, match=str(where)):
            read_rules(where)


def test_a_rule_too_large_is_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "large.yml").write_bytes(b"# aws\n" + b"#" * (1 << 20))
    found = read_rules(tmp_path)
    assert found.rules == () and "1 MiB" in found.problems[0].reason.replace("mib", "MiB")


def test_without_pysigma_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sigma.collection", None)
    with pytest.raises(RulesError, match=r"ctexplore\[sigma\]"):
        read_rules(tmp_path)


def test_it_says_which_fields_matched(tmp_path: Path) -> None:
    detection = {
        "selection": {"eventName|startswith": "Delete", "errorCode": None},
        "filter_main": {"userAgent|contains": "terraform"},
        "condition": "selection and not 1 of filter_*",
    }
    tags = ["attack.privilege-escalation", "attack.t1098.001", "cve.2024-1"]
    (rule,) = rules_in(tmp_path, rule=rule_text(detection, tags=tags)).rules
    record = event(1, eventName="DeleteTrail")
    assert reasons(rule.tree, record) == [
        Reason("selection", "eventName", "Delete*", "DeleteTrail"),
        Reason("selection", "errorCode", "no value", ""),
        Reason("filter_main", "userAgent", "does not hold", "aws-cli/2.15"),
    ]
    assert reasons(rule.tree, record | {"userAgent": "Terraform/1"}) == []
    assert rule.attack == "Privilege escalation, T1098.001"


def test_filters_narrow_the_rules_they_name(tmp_path: Path) -> None:
    name = "11111111-1111-4111-8111-111111111111"
    only = f"""
title: Not in eu
logsource: {{product: aws, service: cloudtrail}}
filter:
  rules: [{name}]
  selection: {{awsRegion|startswith: eu-}}
  condition: not selection
"""
    found = rules_in(tmp_path, rule=rule_text(SIMPLE, id=name), only=only)
    here, there = (
        event(1, eventName="DeleteTrail", awsRegion=r) for r in ("eu-west-1", "us-east-1")
    )
    assert found.problems == ()
    assert rows(found.rules, here, there) == [[1]]
