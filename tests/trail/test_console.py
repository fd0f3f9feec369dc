"""Links to an event's page in the console of its partition."""

from __future__ import annotations

import pytest

from ctexplore.trail.console import event_link

ID = "0968cbec-f8df-43f3-94ba-b451aad083ed"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("us-gov-west-1", "console.amazonaws-us-gov.com"),
        ("cn-north-1", "console.amazonaws.cn"),
    ],
)
def test_each_partition_has_its_own_console(region: str, host: str) -> None:
    page = f"https://{host}/cloudtrailv2/home?region={region}#/events/{ID}"
    assert event_link(region, ID) == page


@pytest.mark.parametrize("region", ["", "us-iso-east-1", "eusc-de-east-1", "x.evil.example/#"])
def test_no_link_where_the_console_is_not_known(region: str) -> None:
    assert event_link(region, ID) == ""


def test_what_a_log_has_as_an_id_stays_in_its_place() -> None:
    assert event_link("us-east-1", "") == ""
    assert event_link("us-east-1", "a/../b?x=1#\n").endswith("#/events/a%2F..%2Fb%3Fx%3D1%23%0A")
