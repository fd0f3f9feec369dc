"""One answer of ListObjectsV2 as a Page, with nothing taken on trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctexplore.sources.s3.errors import RESTORING
from ctexplore.sources.s3.options import S3Options
from ctexplore.sources.source import LogFile, Page, SourceError

# GLACIER_IR and the access tiers of INTELLIGENT_TIERING answer at once or say so on GET.
_ARCHIVE = {"GLACIER", "DEEP_ARCHIVE"}


def check_answer(answer: Mapping[str, Any], place: str) -> None:
    """Raise SourceError when an answer with status 200 is no listing at all.

    botocore reads an empty body, or a portal's page that happens to be well-formed, as an
    empty folder; a listing always names its bucket and counts its keys.
    """
    something = "Contents" in answer or "CommonPrefixes" in answer
    if "Name" in answer and ("KeyCount" in answer or something):
        return
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    kind = str(headers.get("content-type", "none")).split(";")[0]
    raise SourceError(
        place,
        f"the endpoint did not answer with S3 XML (content type {kind}, 200)",
        "a proxy or a portal may stand before it",
        retry=True,
    )


def to_page(
    answer: Mapping[str, Any], options: S3Options, folder: str, after: str, seen: set[str]
) -> Page:
    """The names one answer adds to ``seen``: later than ``after`` and inside ``folder``."""
    page = Page()

    def is_new(name: object) -> bool:
        if not isinstance(name, str) or not name.startswith(folder):
            where = options.uri(folder)
            page.problems.append(SourceError(where, f"the listing holds a foreign name: {name!r}"))
            return False
        # A folder's own marker, a zero-byte object named like it, is no file of it.
        if name == folder or name <= after or name in seen:
            return False
        seen.add(name)
        return True

    for below in answer.get("CommonPrefixes", ()):
        if is_new(below.get("Prefix")):
            page.folders.append(below["Prefix"])
    for item in answer.get("Contents", ()):
        if not is_new(item.get("Key")):
            continue
        key, size = item["Key"], item.get("Size")
        if size is None or size < 0:
            page.unread.append(SourceError(options.uri(key), f"listed with the size {size}"))
            continue
        version = str(item.get("ETag", "")).strip('"')
        page.files.append(LogFile(key, size, version, _storage(item)))
    return page


def incomplete(error: SourceError, seen: set[str]) -> SourceError:
    """The same error, told as the end of a listing of which some pages came."""
    if not seen:
        return error
    return SourceError(
        error.place,
        f"the listing is incomplete after {len(seen):,} names: {error.reason}",
        error.hint,
        retry=error.retry,
        fatal=error.fatal,
        denied=error.denied,
    )


def _storage(item: Mapping[str, Any]) -> str:
    """``""`` when a GET will answer: not archived, or archived and restored for now."""
    storage = str(item.get("StorageClass", ""))
    if storage not in _ARCHIVE:
        return ""
    restore = item.get("RestoreStatus") or {}
    if restore.get("IsRestoreInProgress"):
        return f"{storage}, {RESTORING}"
    return "" if restore.get("RestoreExpiryDate") else storage
