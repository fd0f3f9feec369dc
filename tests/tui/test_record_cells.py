"""What a record says at a path, for a cell."""

from __future__ import annotations

import pytest

from ctexplore.tui.events.columns import path_of
from ctexplore.tui.events.record_cells import EMPTY, Cell, cells, sort_text
from tests.build import event, raw

ID = "00000007-0000-4000-8000-000000000007"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN" + "x" * 200


def cell(name: str, record: object) -> Cell:
    return cells(raw(record), {name: path_of(name)})[name]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("requestParameters.instanceId", Cell("i-00000007", "i-00000007")),
        ("requestparameters.INSTANCEID", Cell("i-00000007", "i-00000007")),
        ("responseElements", EMPTY),
        ("requestParameters.absent.below", EMPTY),
        ("managementEvent", Cell("true", "true")),
        ("userIdentity", Cell("{type, principalId, arn, accountId, accessKeyId, userName}", None)),
        ("eventID", Cell(ID, ID)),
    ],
)
def test_one_leaf_is_text_and_value(name: str, found: Cell) -> None:
    assert cell(name, event(7)) == found


def test_of_several_there_is_no_one_value() -> None:
    record = event(resources=[{"ARN": "arn:a"}, {"ARN": None}, {"ARN": "arn:b"}])
    assert cell("resources.ARN", record) == Cell("arn:a, arn:b", None)
    one = event(resources=[{"ARN": "arn:a"}])
    assert cell("resources.ARN", one) == Cell("arn:a", "arn:a")
    many = event(resources=[{"ARN": str(n)} for n in range(100)])
    assert cell("resources.ARN", many).text.endswith("18, 19, …")


@pytest.mark.parametrize(
    "digits", ["12345678901234567890123", "1.50", "1.5e-7", "1.5E-7", "5242880.0", "-0.0", "12"]
)
def test_numbers_keep_their_digits(digits: str) -> None:
    record = b'{"requestParameters": {"n": %b, "name": "a"}}' % digits.encode()
    names = ("requestParameters.n", "requestParameters.name", "requestParameters")
    found = cells(record, {n: path_of(n) for n in names})
    assert list(found.values()) == [Cell(digits, digits), Cell("a", "a"), Cell("{n, name}", None)]


def test_columns_are_sorted_by_what_a_cell_says() -> None:
    record = b'{"requestParameters": {"n": [1.50, 2]}}'
    assert sort_text(record, path_of("requestParameters.n")) == "1.5, 2"
    assert sort_text(b"{not json", path_of("requestParameters.n")) == ""


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("responseElements.token", {"responseElements": {"token": TOKEN}}),
        (
            "responseElements.credentials.sessionToken",
            {"responseElements": {"credentials": {"sessionToken": TOKEN}}},
        ),
        (
            "requestParameters.environment.value",
            {
                "requestParameters": {
                    "environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2hunter2"}]
                }
            },
        ),
        ("requestParameters.password", {"requestParameters": {"password": 1234567812345678}}),
    ],
)
def test_a_secret_is_masked_and_no_value(name: str, record: dict[str, object]) -> None:
    found = cell(name, event(**record))
    assert "masked" in found.text
    assert found.value is None
    assert not {"hunter2", "1234567812345678"} & set(found.text.split())


def test_a_name_beside_a_value_that_is_no_secret() -> None:
    environment = [{"name": "STAGE", "value": "production-eu"}]
    record = event(requestParameters={"environment": environment})
    name = "requestParameters.environment.value"
    assert cell(name, record) == Cell("production-eu", "production-eu")


def test_what_is_no_json_says_nothing() -> None:
    assert cells(b"{not json", {"eventID": ("eventID",)}) == {"eventID": EMPTY}
