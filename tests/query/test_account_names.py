"""Names that the configuration gives accounts, in filters and in what completes them."""

from __future__ import annotations

import pytest

from ctexplore.query.combine import let_go
from ctexplore.query.complete import completions
from ctexplore.query.evaluate import Filter
from ctexplore.query.parse import parse
from tests.query.events import NOW, table_of, written

PROD, TEST, OTHER = "111122223333", "444455556666", "777788889999"
TABLE = table_of(
    [
        written({"recipientAccountId": account, "userIdentity": {"accountId": caller}})
        for account, caller in ((PROD, PROD), (PROD, TEST), (TEST, TEST), (OTHER, PROD))
    ]
)


def rows(text: str) -> list[int]:
    mask = Filter(parse(text, NOW)).mask(TABLE, 0, TABLE.count)
    return [int(row) for row in mask.nonzero()[0]]


@pytest.mark.usefixtures("account_names")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("account:prod", [0, 1]),
        ("account:PROD", [0, 1]),
        ("account:pr*", [0, 1]),
        (f"account:prod,{OTHER}", [0, 1, 3]),
        ("-account:prod", [2, 3]),
        ("idaccount:prod", [0, 3]),
        ("recipientAccountId:prod", [0, 1]),
        (f"account:{PROD}", [0, 1]),
        ("account:pro", []),
        ("account:*", [0, 1, 2, 3]),
        ("region:prod", []),
    ],
)
def test_a_name_stands_for_its_account(text: str, found: list[int]) -> None:
    assert rows(text) == found


def test_without_names_it_is_a_value_like_others() -> None:
    assert rows("account:prod") == []


@pytest.mark.usefixtures("account_names")
def test_a_value_lets_go_of_the_name_that_stands_for_it() -> None:
    assert let_go(f"account:prod,{OTHER}", "account", PROD) == f"account:{OTHER}"


@pytest.mark.usefixtures("account_names")
def test_names_are_offered_with_their_ids_and_ids_with_their_names() -> None:
    offered = completions("account:p", 9, TABLE)
    assert [(c.insert, c.note) for c in offered] == [("prod", PROD)]
    offered = completions("account:", 8, TABLE)
    assert (offered[0].insert, offered[0].note) == (PROD, "prod")
    assert (offered[-1].insert, offered[-1].note) == (OTHER, "")
    assert [c.insert for c in completions("account:prod,p", 14, TABLE)] == []
    assert all(not c.note for c in completions("region:", 7, TABLE))
