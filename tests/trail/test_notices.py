"""Messages about new objects, in every form and envelope, and all that is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.notices import objects_in

KEY = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/07/a b.json.gz"
TRAIL = {"s3Bucket": "logs", "s3ObjectKey": [KEY, KEY, "second"]}
BUCKET = {
    "Records": [
        {
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "logs"}, "object": {"key": KEY.replace(" ", "+")}},
        }
    ]
}
BRIDGE = {"detail": {"bucket": {"name": "logs"}, "object": {"key": KEY}}}


@pytest.mark.parametrize(
    ("body", "keys"), [(TRAIL, [KEY, "second"]), (BUCKET, [KEY]), (BRIDGE, [KEY])]
)
def test_objects_are_found_in_every_form(body: object, keys: list[str]) -> None:
    wanted = [("logs", key) for key in keys]
    plain = json.dumps(body)
    by_sns = json.dumps({"Type": "Notification", "Message": plain})
    assert objects_in(plain) == objects_in(by_sns) == wanted


@pytest.mark.parametrize(
    "body",
    [
        "CloudTrail validation message.",
        '{"Service":"Amazon S3","Event":"s3:TestEvent"}',
        '{"s3Bucket":"logs","s3ObjectKey":"no list"}',
        '{"Records":[{"s3":null},7]}',
        "[]",
        "",
        "\x00",
    ],
)
def test_what_names_no_object_names_none(body: str) -> None:
    assert objects_in(body) == []


@given(st.text())
def test_any_text_is_borne(text: str) -> None:
    objects_in(text)
    objects_in(json.dumps({"Message": text}))
