"""Evidence: one zip archive with the records byte for byte, where they came from, and sums.

``SHA256SUMS.txt`` has every other file (``sha256sum -c`` reads it), ``manifest.txt`` says in JSON
of each record from which object it is. The same notebook gives the same bytes, whenever and
wherever: no time of making, nothing compressed. It opens in the explorer like any archive.
"""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from ctexplore.investigate.notebook.as_html import html
from ctexplore.investigate.notebook.as_markdown import markdown
from ctexplore.investigate.notebook.book import Notebook
from ctexplore.investigate.notebook.entries import Entry, Event
from ctexplore.investigate.notebook.report import in_order, report
from ctexplore.sources.source import Source, SourceError

NOTEBOOK: Final = "notebook.ctexplore"
SUMS: Final = "SHA256SUMS.txt"
_MANIFEST: Final = "manifest.txt"
_MOST: Final = 512 << 20  # bytes of one file that are read back
_WHEN: Final = (1980, 1, 1, 0, 0, 0)
_S3: Final = re.compile(r"s3://([^/]+)/(.*)", re.DOTALL)


class EvidenceError(Exception):
    """A file that is no evidence of ours; the message names it and says why."""


def evidence(book: Notebook) -> tuple[Iterator[bytes], int]:
    """The archive in pieces, and of how many events the record was not kept."""
    files: dict[str, bytes] = {}
    listed, missing = [], 0
    events = [(e, e.event) for e in in_order(book.entries.values()) if e.event is not None]
    for number, (entry, event) in enumerate(events, 1):
        record = book.record(entry.id)
        name = ""
        if record is None:
            missing += 1
        else:
            name = f"records/{number:05}-{_short(event.id)}.json"
            files[name] = record
        listed.append(_said(entry, event, name, record))
    manifest = {"ctexplore": "evidence", "version": 1, "source": book.source, "records": listed}
    files[_MANIFEST] = orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"
    files[NOTEBOOK] = b"".join(book.lines())
    blocks = report(book)
    files["report.html"] = "".join(html(blocks)).encode()
    files["report.md"] = "".join(markdown(blocks)).encode()
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files[SUMS] = "".join(sums).encode()
    return iter((_zipped(files),)), missing


def _said(entry: Entry, event: Event, name: str, record: bytes | None) -> dict[str, Any]:
    """Where a record came from. index: from 0. etag: of an S3 object, else the file's version."""
    s3 = _S3.fullmatch(event.uri)
    return {
        "file": name or None,
        "sha256": hashlib.sha256(record).hexdigest() if record is not None else None,
        "event_id": event.id,
        "event_time": event.said_time,
        "event_name": event.column("name"),
        "uri": event.uri,
        "bucket": s3[1] if s3 else None,
        "key": s3[2] if s3 else event.key,
        "etag" if s3 else "version": event.version,
        "object_size": event.size,
        "index": event.index,
        "integrity": entry.integrity,
        "note": entry.text,
    }


def _short(event_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", event_id)[:40] or "no-id"


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _WHEN)
            member.create_system = 3
            member.external_attr = 0o100600 << 16
            archive.writestr(member, files[name])
    return packed.getvalue()


def checked(file: Path) -> tuple[dict[str, bytes], list[str]]:
    """The files of an archive, and whatever is not as its sums say. Raises EvidenceError."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if sum(m.file_size for m in members) > _MOST:
                raise EvidenceError(f"{file}: more than {_MOST >> 20:,} MB")
            wrong = [
                f"{file}: {name} is there twice"
                for name in sorted({m.filename for m in members})
                if sum(m.filename == name for m in members) > 1
            ]
            files: dict[str, bytes] = {}
            for member in members:
                try:
                    files[member.filename] = archive.read(member)
                except zipfile.BadZipFile as error:
                    files[member.filename] = b""
                    wrong.append(f"{file}: {error}")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise EvidenceError(f"{file}: {error}") from None
    if SUMS not in files or NOTEBOOK not in files:
        raise EvidenceError(f"{file} is no evidence that ctexplore made")
    sums: dict[str, str] = {}
    for line in files[SUMS].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        sums[name] = digest
    for name in sorted(sums.keys() | files.keys() - {SUMS}):
        if name not in files:
            wrong.append(f"{file}: {name} is missing")
        elif name not in sums:
            wrong.append(f"{file}: {name} was added")
        elif hashlib.sha256(files[name]).hexdigest() != sums[name]:
            wrong.append(f"{file}: {name} was changed")
    return files, wrong


def opened(file: Path) -> tuple[Notebook, list[str]]:
    """The notebook of an archive, and what is not as it was made. Raises EvidenceError."""
    files, wrong = checked(file)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{re.sub('[^A-Za-z0-9_.-]', '-', file.stem)}.jsonl"
        copy.write_bytes(files[NOTEBOOK])
        book = Notebook(copy)
    return book, wrong


def brought(source: Source) -> bytes:
    """The notebook that an archive of evidence brings along; b"" where a source is none.

    Blocks on disk. A source that cannot be listed brings nothing.
    """
    if not source.local:
        return b""
    try:
        for page in source.children(""):
            for file in page.files:
                if file.key == NOTEBOOK:
                    return source.read(file)
    except SourceError:
        pass
    return b""
