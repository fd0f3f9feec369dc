"""Bad buckets, archives, folders and caches, each three ways: by the loader, ``ctexplore query``
and the explorer. What is said is the same, what is counted adds up, and all else loads."""

from __future__ import annotations

import encodings.cp437  # noqa: F401  zipfile wants it, and its file may be closed to others
import json
import os
import re
import shutil
import tarfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctexplore import cli
from ctexplore.commands.local import open_path
from ctexplore.sources.folder import FolderSource
from ctexplore.sources.s3.download import Again
from ctexplore.sources.source import LogFile, Source
from ctexplore.store.cache.cache import Cache, MemoryCache
from ctexplore.store.cache.cachedir import value_files
from ctexplore.store.cache.opencache import open_cache
from ctexplore.store.scope import Scope
from ctexplore.store.session import Session
from tests.build import event, gz, log
from tests.fakes3 import FakeS3, Reply, Request, data, error, etag, item, listing
from tests.sources.s3_at import s3_at
from tests.sources.test_archive import tar, zipped
from tests.sources.test_s3_list import BOMB
from tests.tui.explorer import opened
from tests.tui.test_explore_bad_input import all_problems
from tests.tui.test_explore_loading import counts

_SUM = re.compile(
    r"ctexplore: ([\d,]+) files? = ([\d,]+) read \+ ([\d,]+) failed \+ ([\d,]+) skipped"
)
Said = Callable[..., tuple[int, Counter[str], str]]


@pytest.fixture
def query(capfd: pytest.CaptureFixture[str]) -> Said:
    """Run ``ctexplore query ''``: exit status, events by name, what it said."""

    def run(*arguments: str) -> tuple[int, Counter[str], str]:
        status = cli.main(["query", "", *arguments, "--format", "jsonl", "--duplicates", "keep"])
        out, said = capfd.readouterr()
        return (
            status,
            Counter(str(json.loads(line)["eventName"]) for line in out.splitlines()),
            said,
        )

    return run


def summed(said: str) -> tuple[int, ...]:
    """found, read, failed, skipped."""
    line = _SUM.match(said.splitlines()[-1])
    assert line, said
    return tuple(int(number.replace(",", "")) for number in line.groups())


def loaded(source: Source, cache: Cache | None = None) -> tuple[Session, Counter[str]]:
    """All of a source by the loader, copies kept."""
    session = Session(source, cache or MemoryCache(), Scope(("",)))
    list(session.load())
    rows = range(session.table.count)
    return session, Counter(session.table.text("name", row) for row in rows)


# -- a bucket: each region has a fault of its own


def place(region: str) -> str:
    return f"AWSLogs/111122223333/CloudTrail/{region}/2024/03/05/"


HTML = {"Content-Type": "text/html"}
XML = {"Content-Type": "application/xml"}
# Region: the answer to its day's listing, and what is said of it.
LISTINGS: dict[str, tuple[Reply, str]] = {
    "ap-east-1": (Reply(body=b"<html>log in", headers=HTML), "did not answer with S3 XML"),
    "ap-south-1": (Reply(), "did not answer with S3 XML (content type none, 200)"),
    "ap-south-2": (error("AccessDenied", 403), "not allowed to list this prefix (s3:ListBucket)"),
    "ca-west-1": (Reply(body=BOMB, headers=XML), "did not answer with S3 XML"),
    "eu-north-1": (error("InternalError", 500), "S3 internal error after 5 tries"),
    "eu-south-1": (error("SlowDown", 503), "S3 is throttling"),
    "me-south-1": (listing([item("a", "many")]), "the listing holds a value that cannot be read"),
}
# Where a first page comes, and how the second one spoils it.
PAGES: dict[str, tuple[Reply, str]] = {
    "eu-west-2": (error("InternalError", 500), "the listing is incomplete after 1 names"),
    "eu-west-3": (listing([], token="t"), "S3 does not say how the listing goes on"),
}
BODY = gz(log(event(7)))
GOOD = "good.json.gz"
# An object of us-east-1: the answer to each GET, what is said, and whether it is skipped.
OBJECTS: dict[str, tuple[Reply, str, bool]] = {
    "gone": (error("NoSuchKey", 404), "deleted since it was listed", False),
    "tier": (
        error("InvalidObjectState", 403, StorageClass="INTELLIGENT_TIERING"),
        "archived (INTELLIGENT_TIERING)",
        True,
    ),
    "denied": (error("AccessDenied", 403), "not allowed to read (s3:GetObject)", False),
    "key-denied": (
        error("AccessDenied", 403, "not authorized to perform: kms:Decrypt"),
        "the log's KMS key refuses kms:Decrypt",
        False,
    ),
    "key-off": (error("KMS.DisabledException", 400), "the KMS key is disabled", False),
    "key-going": (
        error("KMS.KMSInvalidStateException", 400),
        "the KMS key is disabled or pending deletion",
        False,
    ),
    "changed": (error("PreconditionFailed", 412), "changed since it was listed", False),
    "cut": (
        Reply(body=BODY[:20], headers={"ETag": f'"{etag(BODY)}"'}, length=len(BODY), fault="close"),
        "download cut off at 20 of",
        False,
    ),
    "wrong": (
        Reply(body=BODY[::-1], headers={"ETag": f'"{etag(BODY)}"'}),
        "content does not match its checksum (3 tries)",
        False,
    ),
    "broken": (error("InternalError", 500), "S3 internal error after 5 tries", False),
    "portal": (Reply(403, b"<html>", HTML), "did not answer with S3 XML", False),
}
READ = Counter({"Event7": 1 + len(PAGES) + 1})
ARCHIVED = "cold.json.gz"


def bad_bucket(request: Request) -> Reply:
    prefix = request.query.get("prefix", "")
    region = prefix.split("/")[3] if prefix.count("/") > 3 else ""
    if request.operation == "GetObject":
        name = request.key.rpartition("/")[2].partition(".")[0]
        return OBJECTS[name][0] if name in OBJECTS else data(BODY)
    if prefix != place(region):
        days = map(place, ("us-east-1", "us-east-2", *LISTINGS, *PAGES))
        at = len(prefix)
        below = {day[: day.index("/", at) + 1] for day in days if day.startswith(prefix)}
        return listing(folders=sorted(below))
    one = item(prefix + GOOD, len(BODY), etag(BODY))
    if region in LISTINGS:
        return LISTINGS[region][0]
    if region in PAGES:
        return (
            PAGES[region][0] if "continuation-token" in request.query else listing([one], token="t")
        )
    if region == "us-east-2":
        # A folder's own marker, and one name twice.
        return listing([item(prefix, 0), one, one])
    objects = [item(f"{prefix}{name}.json.gz", len(BODY), etag(BODY)) for name in OBJECTS]
    cold = item(prefix + ARCHIVED, len(BODY), etag(BODY), "DEEP_ARCHIVE")
    return listing([cold, one, *objects])


SKIPPED = 1 + sum(skipped for *_, skipped in OBJECTS.values())
FAILED = len(OBJECTS) + 1 - SKIPPED
FOUND = (READ.total() + FAILED + SKIPPED, READ.total(), FAILED, SKIPPED)
REASONS = [said for _, said in (*LISTINGS.values(), *PAGES.values())]
REASONS += [said for _, said, _ in OBJECTS.values()]
REASONS += ["archived (DEEP_ARCHIVE)"]


@pytest.fixture
def bucket(aws: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeS3]:
    monkeypatch.setattr(Again, "wait", lambda self, tried: 0.0)
    with FakeS3(bad_bucket) as fake:
        yield fake


def test_a_bad_bucket_by_the_loader(bucket: FakeS3) -> None:
    session, names = loaded(s3_at(bucket.url))
    tally = session.tally
    assert names == READ
    assert (tally.found, tally.read, tally.failed, tally.skipped) == FOUND
    said = "\n".join(f"{p.reason} {p.key}" for p in tally.problems)
    assert [reason for reason in REASONS if reason not in said] == []
    assert not any(ARCHIVED in request.key for request in bucket.requests), "the listing says it"


def test_a_bad_bucket_by_a_query(bucket: FakeS3, query: Said, tmp_path: Path) -> None:
    where = ["s3://logs/", "--endpoint-url", bucket.url, "--cache-dir", str(tmp_path / "cache")]
    status, names, said = query(*where)
    assert (status, names) == (3, READ)
    assert summed(said) == FOUND
    assert [reason for reason in REASONS if reason not in said] == []


async def test_a_bad_bucket_in_the_explorer(bucket: FakeS3) -> None:
    source = s3_at(bucket.url)
    async with opened(source, size=(200, 40)) as explorer:
        explorer.screen.open(("AWSLogs/",))
        await explorer.loaded()
        assert counts(explorer)[:4] == FOUND
        told = "\n".join(await all_problems(explorer))
        assert [reason for reason in REASONS if reason not in told] == []


def test_an_object_that_was_overwritten_answers_with_what_it_is_now(
    aws: Path, query: Said, tmp_path: Path
) -> None:
    body = [log(event(1))]

    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            return data(body[0])
        return listing([item("one.json", len(body[0]), etag(body[0]))])

    with FakeS3(script) as fake:
        where = ["s3://logs/", "--endpoint-url", fake.url, "--cache-dir", str(tmp_path / "cache")]
        assert query(*where) == (0, Counter(["Event1"]), "")
        body[0] = log(event(2))
        assert query(*where) == (0, Counter(["Event2"]), "")


# -- a folder with archives, a bomb, and what may not be read


def bad_tar() -> bytes:
    """Members that lead elsewhere, and a header that is damaged with a good file behind it."""
    plain = tar({"../../up.json": log(event(11)), "/etc/top.json": log(event(12))})
    end = plain.rstrip(b"\0")
    plain = end + b"\0" * (-len(end) % 512)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        link = tarfile.TarInfo(f"other{kind.decode()}.json")
        link.type, link.linkname = kind, "/etc/passwd"
        plain += link.tobuf()
    damaged = bytearray(tarfile.TarInfo("lost.json").tobuf())
    damaged[124:136] = b"-0000000777\0"
    behind = tar({"behind.json": log(event(13))})
    return plain + bytes(damaged) + behind


def bad_zip() -> bytes:
    files = {"../../slip.json": log(event(14)), "closed.json": log(event(99))}
    made = bytearray(zipped(files))
    at = made.index(b"closed.json")
    made[at - 30 + 6] |= 1  # encrypted, says its header
    at = made.index(b"closed.json", at + 1)
    made[at - 46 + 8] |= 1  # and the directory
    return bytes(made)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """300 MB of zeros as gzip, 1,029 times smaller."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()


@contextmanager
def as_somebody_else(*places: Path) -> Iterator[None]:
    """Not as root, who may read everything; nothing but the places becomes theirs."""
    if os.geteuid():
        yield
        return
    for path in places:
        os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def folder(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Not below pytest's own folders, which others may not enter."""
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", "/tmp/ctexplore-tests-nowhere")
    made = Path(os.path.realpath("/tmp")) / f"ctexplore-tests-{os.getpid()}"
    made.mkdir(mode=0o755)
    files = {
        "good.json": log(event(1)),
        "plain.json.gz": log(event(2)),  # none, though its name says gzip
        "packed.json": gz(log(event(3))),  # the other way round
        "bomb.json.gz": bomb,
        "twice.json.gz": gz(bomb),
        "odd.json": log(
            event(4, eventName=7, userIdentity="x", readOnly="true", requestParameters="text"),
            event(5, eventName={"a": 1}, userIdentity=[], awsRegion=None, resources="x"),
        ),
        "secret.json": log(event(98)),
        "logs.tar": bad_tar(),
        "logs.zip": bad_zip(),
        "changing.json": log(event(97)),
    }
    for name, content in files.items():
        (made / name).write_bytes(content)
    (made / "secret.json").chmod(0)
    (made / "closed").mkdir(mode=0)
    with as_somebody_else(made, *made.iterdir()):
        yield made
    (made / "closed").chmod(0o700)
    shutil.rmtree(made)


@pytest.fixture
def changing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One file grows after it was listed, each time."""
    read = FolderSource.read

    def after(self: FolderSource, file: LogFile) -> bytes:
        if file.name == "changing.json":
            with (Path(self.identity.partition(":")[2]) / file.key).open("ab") as more:
                more.write(b" ")
        return read(self, file)

    monkeypatch.setattr(FolderSource, "read", after)


def of_folder(folder: Path) -> Source:
    return open_path(folder, 1 << 30, MemoryCache())


FOLDER_FOUND = (17, 8, 5, 4)
FOLDER_NAMES = Counter(
    ["Event1", "Event2", "Event3", "7", '{"a":1}', "Event11", "Event12", "Event13", "Event14"]
)
FOLDER_SAID = {
    "bomb.json.gz": "unpacks to more than 256 MB",
    "twice.json.gz": "unpacks to more than 256 MB",
    "secret.json": "permission denied",
    "closed/": "permission denied",
    "changing.json": "changed since it was listed",
    "other1.json": "a hard link, not a regular file",
    "other2.json": "a symbolic link, not a regular file",
    "other3.json": "a device, not a regular file",
    "other6.json": "a FIFO, not a regular file",
    "logs.tar": "damaged at byte 5,120, after 6 files",
    "closed.json": "it is encrypted",
}


def files_below(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def test_a_bad_folder_by_the_loader(folder: Path, changing: None) -> None:
    before = files_below(folder)
    session, names = loaded(of_folder(folder))
    tally = session.tally
    assert names == FOLDER_NAMES | Counter({'{"a":1}': 1})
    assert (tally.found, tally.read, tally.failed, tally.skipped) == FOLDER_FOUND
    said = {(p.key.rpartition("/")[2], p.reason) for p in tally.problems}
    for name, reason in FOLDER_SAID.items():
        assert any(n == name.rstrip("/") or not n for n, r in said if reason in r), name
    assert files_below(folder) == before, "nothing is unpacked anywhere"


def test_a_bad_folder_by_a_query(folder: Path, changing: None, query: Said) -> None:
    status, names, said = query(str(folder), "--no-cache")
    assert status == 3, said
    assert names.total() == FOLDER_NAMES.total()
    assert summed(said) == FOLDER_FOUND
    for name, reason in FOLDER_SAID.items():
        assert any(name in line and reason in line for line in said.splitlines()) or (
            "not a regular file" in reason
        ), name
    assert "skipped 4 files" in said or said.count("not a regular file") >= 1


async def test_a_bad_folder_in_the_explorer(folder: Path, changing: None) -> None:
    async with opened(of_folder(folder), size=(200, 40)) as explorer:
        assert counts(explorer)[:4] == FOLDER_FOUND
        await explorer.matches(FOLDER_NAMES.total())
        told = "\n".join(await all_problems(explorer))
        for name, reason in FOLDER_SAID.items():
            assert name.rstrip("/") in told and reason in told, name
        assert any(row.split()[3:4] == ["7"] or " 7 " in row for row in explorer.rows)


# -- a cache: whatever is wrong with it, the answer is whole


def garbage(cache: Path) -> None:
    (cache / "cache.db").write_bytes(b"garbage" * 1000)


def half(cache: Path) -> None:
    database = cache / "cache.db"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])


def emptied(cache: Path) -> None:
    (cache / "cache.db").write_bytes(b"")


def shortened(cache: Path) -> None:
    for name in value_files(cache):
        (cache / name).write_bytes((cache / name).read_bytes()[:100])


def flipped(cache: Path) -> None:
    for name in value_files(cache):
        content = bytearray((cache / name).read_bytes())
        content[len(content) // 2] ^= 1
        (cache / name).write_bytes(content)


def removed(cache: Path) -> None:
    for name in value_files(cache):
        (cache / name).unlink()


def opened_to_all(cache: Path) -> None:
    cache.chmod(0o777)


def linked(cache: Path) -> None:
    cache.rename(cache.parent / "elsewhere")
    cache.symlink_to(cache.parent / "elsewhere")


def a_file(cache: Path) -> None:
    shutil.rmtree(cache)
    cache.write_bytes(b"")


def of_another(cache: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    os.chown(cache, 65534, 65534)


# What is said of it, "" where it is put right silently; None where that depends on what SQLite
# had written into its log, and not yet into the database.
CACHES: dict[Callable[[Path], None], str | None] = {
    garbage: "was damaged and is now cache.db.damaged",
    half: None,
    emptied: None,
    shortened: "",
    flipped: "",
    removed: "",
    opened_to_all: "",
    linked: "is a symbolic link",
    a_file: "is not a folder",
    of_another: "belongs to user 65534",
}


@pytest.mark.parametrize("spoil", CACHES, ids=lambda spoil: spoil.__name__)
async def test_a_bad_cache(
    spoil: Callable[[Path], None], aws: Path, query: Said, tmp_path: Path
) -> None:
    """A query over a bucket with a warm cache that was spoiled, and once more: whole each time;
    the explorer on it says the same."""
    logs = {
        place("us-east-1") + f"{n}.json": log(*(event(100 * n + e) for e in range(60)))
        for n in range(3)
    }

    def script(request: Request) -> Reply:
        if request.operation == "GetObject":
            return data(logs[request.key])
        items = [item(key, len(body), etag(body)) for key, body in logs.items()]
        prefix, day = request.query.get("prefix", ""), place("us-east-1")
        below = day[: day.find("/", len(prefix)) + 1]
        return listing(items) if prefix == day else listing(folders=[below])

    with FakeS3(script) as fake:
        cache = tmp_path / "cache"
        where = ["s3://logs/", "--endpoint-url", fake.url, "--cache-dir", str(cache)]
        assert query(*where)[1].total() == 180
        spoil(cache)
        status, names, said = query(*where)
        assert (status, names.total()) == (0, 180)
        if (wanted := CACHES[spoil]) is not None:
            assert wanted in said
            assert bool(said) == bool(wanted)
        if spoil not in (linked, garbage):
            return  # the others differ below the explorer only
        async with opened(s3_at(fake.url), size=(160, 40), cache=open_cache(cache)) as explorer:
            await explorer.matches(180)
            if spoil is linked:
                await explorer.until(lambda: str(wanted) in explorer.notices, wanted)
