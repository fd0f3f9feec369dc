"""Where the public keys come from: a file, beside the files, or CloudTrail itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from ctexplore.sources.source import LogFile, Source, SourceError
from ctexplore.sources.tagged import KeyedSource
from ctexplore.store.parts import parts_of
from ctexplore.trail.sidecar import KEYS_NAME, SIGNATURE_ENDING, PublicKey, read_keys
from ctexplore.trail.signing import PublicKeys

_HINT = (
    "--keys FILE names what aws cloudtrail list-public-keys printed; ctexplore fetch keeps "
    f"it in {KEYS_NAME}"
)

# Asks CloudTrail: region, start and end of the time in which the keys are valid.
ListKeys = Callable[[str, datetime, datetime], Iterable[PublicKey]]


class KeyRing:
    """Keys that are at hand, and more of them for as long as somebody can be asked.

    given: nobody is asked then. ask: None without a connection. It may raise SourceError.
    """

    def __init__(self, given: Iterable[PublicKey] = (), ask: ListKeys | None = None) -> None:
        self._keys = PublicKeys(given)
        self._ask = None if len(self._keys) else ask
        self._asked: set[tuple[str, datetime, datetime]] = set()

    def prepare(self, region: str, span: tuple[datetime, datetime]) -> None:
        """Have the keys of ``region`` that were valid in ``span``: one request, once.

        Raises SourceError, also when there is no key and nobody to ask for one.
        """
        if self._ask is None and not len(self._keys):
            raise SourceError(
                "public keys", "none are at hand, nor a connection to ask for them", _HINT
            )
        if self._ask is None or (region, *span) in self._asked:
            return
        self._asked.add((region, *span))
        self._keys.add(self._ask(region, *span))

    def prepare_for(self, fingerprint: str, region: str, span: tuple[datetime, datetime]) -> None:
        """Ask for a key that is not among those that are here."""
        if isinstance(self.find(fingerprint, region, span), str):
            self.prepare(region, span)

    def find(
        self, fingerprint: str, region: str, span: tuple[datetime, datetime]
    ) -> PublicKey | str:
        return self._keys.find(fingerprint, region, span)


def ring_of(source: Source) -> KeyRing:
    """The keys beside the files, else those that CloudTrail gives whoever opened the bucket.

    Raises SourceError when there are some that cannot be read.
    """
    at_hand = Beside(source).keys()
    # Those of buckets; offline there is none.
    sessions = [s for part in parts_of(source) if (s := getattr(part, "session", None))]

    def ask(region: str, start: datetime, end: datetime) -> list[PublicKey]:
        from ctexplore.sources.aws.public_keys import public_keys

        return public_keys(sessions[0], region, start, end)

    return KeyRing(at_hand, ask if sessions else None)


class Beside:
    """What ``fetch`` kept beside the files of a source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._folders: dict[str, dict[str, LogFile]] = {}

    def signature(self, digest: LogFile) -> bytes | None:
        """The file with a digest's signature. Raises SourceError when it cannot be read."""
        file = self._listed(digest.folder).get(digest.key + SIGNATURE_ENDING)
        return self._source.read(file) if file else None

    def keys(self) -> list[PublicKey]:
        """Raises SourceError when there are some that cannot be read."""
        return [key for source in parts_of(self._source) for key in _keys_in(source)]

    def _listed(self, folder: str) -> dict[str, LogFile]:
        # Threads may list a folder twice, which does no harm.
        if folder not in self._folders:
            self._folders[folder] = _signatures(self._source, folder)
        return self._folders[folder]


def _signatures(source: Source, folder: str) -> dict[str, LogFile]:
    pages = source.children(folder)
    return {f.key: f for page in pages for f in page.files if f.key.endswith(SIGNATURE_ENDING)}


def _keys_in(source: Source) -> list[PublicKey]:
    if isinstance(source, KeyedSource):
        return source.public_keys()
    if not source.local:
        return []
    for page in source.children(source.root):
        for file in page.files:
            if file.name == KEYS_NAME:
                try:
                    return read_keys(source.read(file))
                except ValueError as error:
                    raise SourceError(
                        source.uri(file.key), str(error), "fetch again, or --keys FILE"
                    ) from None
    return []
