"""What SECURITY.md and the VEX statement say is still so."""

from __future__ import annotations

import json
import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from ctexplore import __version__

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "SECURITY.md").read_text()
VEX = json.loads((ROOT / ".ci" / "ctexplore.openvex.json").read_text())
# OpenVEX 0.2.0, "Status Justifications".
JUSTIFICATIONS = {
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
}


def test_the_vex_statement_has_the_shape_of_openvex() -> None:
    assert VEX["@context"] == "https://openvex.dev/ns/v0.2.0"
    assert re.fullmatch(r"https://\S+", VEX["@id"])
    assert VEX["author"]
    assert isinstance(VEX["version"], int) and VEX["version"] >= 1
    assert datetime.fromisoformat(VEX["timestamp"]).tzinfo
    known = {"@context", "@id", "author", "role", "timestamp", "last_updated", "version"}
    assert VEX.keys() <= known | {"tooling", "statements"}
    for statement in VEX["statements"]:
        assert re.fullmatch(r"CVE-\d{4}-\d{4,}", statement["vulnerability"]["name"])
        assert statement["status"] == "not_affected"
        assert statement["justification"] in JUSTIFICATIONS
        assert statement["impact_statement"]
        for product in statement["products"]:
            parts = [product, *product["subcomponents"]]
            assert all(re.fullmatch(r"pkg:pypi/[\w.-]+@[\w.]+", part["@id"]) for part in parts)


def test_it_is_about_what_is_installed() -> None:
    """Another diskcache may have another fault, or none: then the statement is to be made anew."""
    (statement,) = VEX["statements"]
    (product,) = statement["products"]
    assert product["@id"] == f"pkg:pypi/ctexplore@{__version__}"
    (part,) = product["subcomponents"]
    assert part["@id"] == f"pkg:pypi/diskcache@{version('diskcache')}"
    assert statement["vulnerability"]["name"] in PAGE


def test_every_file_and_test_that_is_named_is_there() -> None:
    text = PAGE + json.dumps(VEX)
    named = set(re.findall(r"(?:tests|ctexplore|\.ci)/[\w/]+\.(?:openvex\.json|py|md)", text))
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []
