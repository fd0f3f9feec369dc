from __future__ import annotations

from ctexplore.config import Account
from ctexplore.trail.accounts import AccountNames

PROD, TEST = "111122223333", "444455556666"


def test_a_name_stands_before_its_id_and_other_text_stays() -> None:
    names = AccountNames()
    assert not len(names)
    names.learn({PROD: Account("prod", "ask ops")})
    assert names.titled(PROD) == f"prod {PROD}"
    assert names.titled(TEST) == TEST
    assert names.titled("AWSLogs") == "AWSLogs"
    assert (names.name(PROD), names.note(PROD)) == ("prod", "ask ops")
    assert (names.name(TEST), names.note(TEST)) == ("", "")


def test_a_name_means_all_accounts_that_have_it_whatever_its_case() -> None:
    names = AccountNames()
    names.learn({PROD: Account("Prod"), TEST: Account("prod"), "777788889999": Account("logs")})
    assert names.ids("PROD") == {PROD, TEST}
    assert names.ids("pro") == frozenset()


def test_what_is_learned_under_others_leaves_them_as_they_are() -> None:
    names = AccountNames()
    names.learn({PROD: Account("prod")})
    names.learn({PROD: Account("Production"), TEST: Account("Test")}, over=False)
    assert (names.name(PROD), names.name(TEST)) == ("prod", "Test")
    names.learn({PROD: Account("Production")})
    assert names.name(PROD) == "Production"
    names.forget()
    assert names.titled(PROD) == PROD
