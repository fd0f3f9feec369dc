"""Headless, too: where events of global services are when no such region is in scope."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.sources.demo.layouts import write_layout


@pytest.mark.parametrize(
    ("layout", "region", "hint"),
    [
        ("account", "eu-west-1", "IAM events are in us-east-1, which is not opened"),
        ("account", "us-east-1", ""),
        ("account", "", ""),
        ("govcloud", "us-gov-east-1", "IAM events are in us-gov-west-1, which is not opened"),
        ("china", "cn-northwest-1", "IAM events are in cn-north-1, which is not opened"),
    ],
)
def test_a_region_without_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], layout: str, region: str, hint: str
) -> None:
    write_layout(tmp_path, layout)
    narrowed = ["--region", region] if region else []
    status = cli.main(["query", "source:iam", str(tmp_path), "--count", "--no-cache", *narrowed])
    assert status == 1
    assert capfd.readouterr() == ("0\n", f"ctexplore: {hint}\n" if hint else "")
