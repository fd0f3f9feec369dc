"""Events field by field, and a policy beside the one before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ctexplore.investigate.compare.fields import field_rows
from ctexplore.investigate.compare.previous import PolicyChange, policy_change
from ctexplore.store.session import Session
from tests.bench.inside.loaded import load
from tests.build import event, gz, log, raw


def test_fields_are_told_with_what_each_event_has() -> None:
    one = event(1, requestParameters={"a": {"b": 1}, "password": "first", "same": True})
    two = event(1, requestParameters={"a": {"b": 2, "c": None}, "password": "other", "same": True})
    rows = {row.path: row for row in field_rows([raw(one), raw(two)])}
    assert rows["requestParameters.a.b"].values == ("1", "2")
    assert rows["requestParameters.a.c"].values == (None, "null")
    assert not rows["requestParameters.same"].differs and not rows["eventID"].differs
    secret = rows["requestParameters.password"]
    assert secret.differs and not any("first" in (v or "") for v in secret.values)


def test_a_policy_in_a_text_is_taken_apart() -> None:
    texts = [json.dumps({"Statement": [{"Action": action}]}) for action in ("a", "b")]
    events = [event(1, requestParameters={"policyDocument": text}) for text in texts]
    (row,) = [row for row in field_rows(list(map(raw, events))) if row.differs]
    assert row.path == "requestParameters.policyDocument.Statement[0].Action"


def test_bytes_that_are_no_json_have_no_fields() -> None:
    assert [row.values for row in field_rows([b"{", raw({"a": 1})])] == [(None, "1")]


def trust(number: int, role: str, principal: str, name: str = "UpdateAssumeRolePolicy", **more: Any
          ) -> dict[str, Any]:  # fmt: skip
    member = "assumeRolePolicyDocument" if name == "CreateRole" else "policyDocument"
    document = json.dumps({"Statement": [{"Effect": "Allow", "Principal": principal}]})
    asked = {"roleName": role, member: document}
    return event(number, eventSource="iam.amazonaws.com", eventName=name, requestParameters=asked,
                 **more)  # fmt: skip


def session_of(folder: Path, *records: dict[str, Any]) -> Session:
    (folder / "log.json.gz").write_bytes(gz(log(*records)))
    return load(str(folder))


def change(session: Session, row: int) -> PolicyChange | None:
    return policy_change(session, row, session.records.one(row))


def test_a_policy_is_told_by_what_changed_since_the_one_before(tmp_path: Path) -> None:
    session = session_of(
        tmp_path,
        trust(1, "app", "one", "CreateRole"),
        trust(2, "other", "far"),
        trust(3, "app", "refused", errorCode="AccessDenied"),
        trust(4, "app", "two"),
        trust(5, "app", "two"),
        event(6),
    )
    changed = change(session, 3)
    assert changed is not None and changed.before == 0
    lines = [line.strip(' "') for line in changed.diff if line[:1] in "+-"]
    assert lines == ['-      "Principal": "one', '+      "Principal": "two']
    assert change(session, 4) == PolicyChange(3, ())
    first = change(session, 0)
    assert first is not None and first.before is None
    assert all(line[:1] in "+@" for line in first.diff) and first.diff
    assert change(session, 5) is None


def test_a_bucket_policy_that_was_removed_is_gone_in_the_diff(tmp_path: Path) -> None:
    def bucket(number: int, name: str, **asked: Any) -> dict[str, Any]:
        asked = {"bucketName": "b"} | asked
        return event(number, eventSource="s3.amazonaws.com", eventName=name,
                     requestParameters=asked)  # fmt: skip

    session = session_of(
        tmp_path,
        bucket(1, "PutBucketPolicy", bucketPolicy={"Version": "2012-10-17"}),
        bucket(2, "DeleteBucketPolicy"),
    )
    changed = change(session, 1)
    assert changed is not None and changed.before == 0
    assert [line for line in changed.diff if line[:1] == "+"] == []
    assert '-  "Version": "2012-10-17"' in changed.diff


def test_a_key_is_the_same_by_arn_and_by_id(tmp_path: Path) -> None:
    def key(number: int, name: str, **asked: Any) -> dict[str, Any]:
        document = json.dumps({"Id": f"policy {number}"})
        return event(number, eventSource="kms.amazonaws.com", eventName=name,
                     requestParameters={"policy": document} | asked,
                     responseElements={"keyMetadata": {"keyId": "k-1"}})  # fmt: skip

    session = session_of(
        tmp_path, key(1, "CreateKey"), key(2, "PutKeyPolicy", keyId="arn:aws:kms:r:1:key/k-1")
    )
    changed = change(session, 1)
    assert changed is not None and changed.before == 0
