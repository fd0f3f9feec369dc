from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctexplore.sources.s3.session import first_folder
from ctexplore.sources.s3.source import S3Source
from ctexplore.sources.source import LogFile, SourceError
from tests.fakes3 import FakeS3, Reply, Request, Script, error, item, listing
from tests.sources.s3_at import merged, s3_at

XML = {"Content-Type": "application/xml"}
NAMED = b"<ListBucketResult><Name>logs</Name><KeyCount>1</KeyCount>%s</ListBucketResult>"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">'
    b'<!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">'
    b'<!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]><ListBucketResult>&h;</ListBucketResult>'
)


@contextmanager
def at(script: Script | Reply, **options: object) -> Iterator[tuple[S3Source, FakeS3]]:
    answer = (lambda _: script) if isinstance(script, Reply) else script
    with FakeS3(answer) as fake:
        yield s3_at(fake.url, **options), fake  # type: ignore[arg-type]


def test_one_level_and_what_a_list_asks_for(aws: Path) -> None:
    reply = listing([item("a/x.gz", 7, "e1"), item("a/y.gz", 0)], ["a/1/", "a/2/"])
    with at(reply, request_payer=True, expected_bucket_owner="111122223333") as (source, fake):
        page = merged(source, "a/", "a/0")
        assert page.folders == ["a/1/", "a/2/"]
        assert page.files == [LogFile("a/x.gz", 7, "e1"), LogFile("a/y.gz", 0)]
        (request,) = fake.requests
        assert (request.operation, request.bucket) == ("ListObjectsV2", "logs")
        assert request.query["prefix"] == "a/"
        assert request.query["delimiter"] == "/"
        assert request.query["start-after"] == "a/0"
        assert request.headers["x-amz-request-payer"] == "requester"
        assert request.headers["x-amz-expected-bucket-owner"] == "111122223333"
        assert (source.requests.list, source.requests.get) == (1, 0)


def test_pages_come_one_by_one(aws: Path) -> None:
    def script(request: Request) -> Reply:
        here = int(request.query.get("continuation-token", "0"))
        return listing([item(f"{here}.gz")], token=str(here + 1) if here < 2 else "")

    with at(script) as (source, fake):
        pages = source.children("")
        assert [file.key for file in next(pages).files] == ["0.gz"]
        assert fake.count("ListObjectsV2") == 1
        assert [file.key for page in pages for file in page.files] == ["1.gz", "2.gz"]
        assert source.requests.list == 3


def test_marker_duplicates_and_foreign_names(aws: Path) -> None:
    names = ["d/29/", "d/29/a.gz", "d/29/a.gz", "elsewhere/b.gz", "d/29/c.gz"]
    with at(listing([item(name, 0) for name in names], ["d/29/x/", "d/29/x/"])) as (source, _):
        page = merged(source, "d/29/")
        assert [file.key for file in page.files] == ["d/29/a.gz", "d/29/c.gz"]
        assert page.folders == ["d/29/x/"]
        assert [p.reason for p in page.problems] == [
            "the listing holds a foreign name: 'elsewhere/b.gz'"
        ]


def test_nothing_up_to_start_after_is_listed(aws: Path) -> None:
    """S3 lists a folder again while any key below it is later than StartAfter."""
    reply = listing([item("2023/07.gz"), item("2023/09.gz")], ["2023/07/", "2023/08/"])
    with at(reply) as (source, _):
        page = merged(source, "2023/", "2023/07/")
        assert page.folders == ["2023/08/"]
        assert [file.key for file in page.files] == ["2023/09.gz"]


def test_odd_keys_arrive_as_they_are(aws: Path) -> None:
    keys = ["\n\x1b[31m", "../../x", "a//b", "%2e%25", "\u202e", " ", "+", "&lt;", "k" * 1024]
    with at(listing(map(item, keys), ["\x1b[2J/", "//"])) as (source, _):
        page = merged(source)
        assert [file.key for file in page.files] == keys
        assert page.folders == ["\x1b[2J/", "//"]


def test_a_size_that_is_missing_or_negative(aws: Path) -> None:
    page = item("a").replace("<Size>5</Size>", "") + item("b", -1) + item("c")
    with at(listing([page])) as (source, _):
        got = merged(source)
        assert [file.key for file in got.files] == ["c"]
        assert [(u.reason, u.skipped) for u in got.unread] == [
            ("listed with the size None", False),
            ("listed with the size -1", False),
        ]


def test_storage_says_what_cannot_be_read_now(aws: Path) -> None:
    restored = (
        "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>"
        "<RestoreExpiryDate>2031-01-01T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>"
    )
    restoring = "<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>"
    items = [
        item("a", storage="STANDARD"),
        item("b", storage="GLACIER_IR"),
        item("c", storage="INTELLIGENT_TIERING"),
        item("d", storage="GLACIER"),
        item("e", storage="DEEP_ARCHIVE"),
        item("f", storage="GLACIER", inside=restoring),
        item("g", storage="DEEP_ARCHIVE", inside=restored),
    ]
    with at(listing(items)) as (source, fake):
        assert [file.storage for file in merged(source).files] == [
            *("", "", "", "GLACIER", "DEEP_ARCHIVE"),
            *("GLACIER, restore in progress", ""),
        ]
        asked = fake.requests[0].headers["x-amz-optional-object-attributes"]
        assert asked == "RestoreStatus"


@pytest.mark.parametrize(
    ("reply", "reason", "lists"),
    [
        (Reply(), r"did not answer with S3 XML \(content type none, 200\)", 1),
        (
            Reply(body=b"<html><body>log in</body></html>", headers={"Content-Type": "text/html"}),
            r"did not answer with S3 XML \(content type text/html, 200\)",
            1,
        ),
        (
            Reply(body=b"<!DOCTYPE html><br>", headers={"Content-Type": "text/html; charset=x"}),
            r"did not answer with S3 XML \(content type text/html",
            5,
        ),
        (
            Reply(body=NAMED % b"<Contents><Key>\x1b</Key></Contents>", headers=XML),
            "did not answer with S3 XML",
            5,
        ),
        (Reply(body=b"<ListBucketResult><Name>logs</Name></ListBucketResult>"), "S3 XML", 1),
        (Reply(body=BOMB, headers=XML), "did not answer with S3 XML", 5),
        (
            listing([item("a", "many")]),
            r"the listing holds a value that cannot be read: invalid literal.*'many'",
            1,
        ),
        (
            Reply(body=listing([item("a")]).body.replace(b"2024-01-01T", b"tomorrow"), headers=XML),
            "the listing holds a value that cannot be read: .*tomorrow",
            1,
        ),
        (error("AccessDenied", 403), r"^not allowed to list this prefix \(s3:ListBucket\)$", 1),
        (error("NoSuchBucket", 404), "^the bucket does not exist$", 1),
        (error("NoSuchKey", 404), r"NoSuchKey", 1),
        (error("SlowDown", 503), "S3 is throttling", 5),
        (error("ExpiredToken", 400), "the credentials expired", 1),
        (
            error("AuthorizationHeaderMalformed", 400, Region="eu-west-1"),
            "the bucket is in eu-west-1",
            2,
        ),
    ],
)
def test_a_listing_that_fails_is_never_empty(
    aws: Path, reply: Reply, reason: str, lists: int
) -> None:
    with at(reply) as (source, fake):
        with pytest.raises(SourceError) as caught:
            merged(source, "AWSLogs/")
        assert re.search(reason, caught.value.reason), caught.value.reason
        assert caught.value.place == "s3://logs/AWSLogs/"
        assert fake.count("ListObjectsV2") == source.requests.list
        assert source.requests.list == lists
        assert {request.operation for request in fake.requests} == {"ListObjectsV2"}


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (error("InternalError", 500), "S3 internal error after 5 tries"),
        (listing([item("b")], token="t"), "S3 does not say how the listing goes on"),
        (
            Reply(
                body=listing().body.replace(b"<IsTruncated>false", b"<IsTruncated>true"),
                headers=XML,
            ),
            "S3 does not say how the listing goes on",
        ),
        (Reply(), "did not answer with S3 XML"),
    ],
)
def test_pages_before_a_fault_stay(aws: Path, second: Reply, reason: str) -> None:
    def script(request: Request) -> Reply:
        return second if "continuation-token" in request.query else listing([item("a")], token="t")

    with at(script) as (source, _):
        pages = source.children("")
        assert [file.key for file in next(pages).files] == ["a"]
        with pytest.raises(SourceError, match=reason) as caught:
            list(pages)
        assert "the listing is incomplete after" in caught.value.reason
        assert caught.value.retry


def test_a_single_object(aws: Path) -> None:
    key = "a/b.json.gz"
    script: Script = lambda _: listing([item(key, 3, "e")])  # noqa: E731
    with at(script, prefix="a/", key=key) as (source, fake):
        assert merged(source, source.root).files == [LogFile(key, 3, "e")]
        assert fake.requests[0].query["prefix"] == key
        assert fake.requests[0].query["max-keys"] == "1"
        assert merged(source, "a/other/").files == []
        assert merged(source, "a/", key).files == []
        assert fake.count("ListObjectsV2") == 1
    other = listing([item(key + ".old")])
    with (
        at(other, prefix="a/", key=key) as (source, _),
        pytest.raises(SourceError, match="no such object"),
    ):
        merged(source, "a/")


def refused_at(*prefixes: str) -> Script:
    def script(request: Request) -> Reply:
        refused = request.query.get("prefix", "") in prefixes
        return error("AccessDenied", 403) if refused else listing(folders=["AWSLogs/111122223333/"])

    return script


def test_the_first_folder(aws: Path) -> None:
    with at(refused_at()) as (source, fake):
        assert first_folder(source) == ""
        assert fake.count("ListObjectsV2") == 1
    with at(refused_at("")) as (source, fake):
        assert first_folder(source) == "AWSLogs/"
        assert merged(source, "AWSLogs/").folders == ["AWSLogs/111122223333/"]
    with at(refused_at("", "AWSLogs/")) as (source, _), pytest.raises(SourceError) as caught:
        first_folder(source)
    assert "--prefix" in caught.value.hint
    assert caught.value.place == "s3://logs/"
    with at(refused_at("x/"), prefix="x/") as (source, fake), pytest.raises(SourceError):
        first_folder(source)
    assert fake.count("ListObjectsV2") == 1
    with at(error("NoSuchBucket", 404)) as (source, _), pytest.raises(SourceError) as caught:
        first_folder(source)
    assert caught.value.fatal


def test_a_refresh_reads_credential_files_again(aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    keys = "[default]\naws_access_key_id = {}\naws_secret_access_key = s\naws_session_token = t\n"

    def script(request: Request) -> Reply:
        new = "Credential=NEW/" in request.headers["authorization"]
        return listing([item("a")]) if new else error("ExpiredToken", 400)

    (aws / "credentials").write_text(keys.format("OLD"))
    with at(script) as (source, _):
        with pytest.raises(SourceError) as caught:
            merged(source)
        assert (caught.value.fatal, caught.value.retry) == (True, True)
        (aws / "credentials").write_text(keys.format("NEW"))
        source.refresh()
        assert [file.key for file in merged(source).files] == ["a"]
        assert source.requests.list == 2
