"""What accounts are called, from the configuration file, and ``--account`` by such a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ctexplore.commands.failure import Failure
from ctexplore.config import SettingsError, config_file, is_account_id, read_settings

if TYPE_CHECKING:
    from ctexplore.sources.source import Source
    from ctexplore.store.cache.cache import Cache


def learn_names() -> None:
    """Take the names of the configuration file for this process, as far as it can be read: what
    is wrong in it was told before."""
    from ctexplore.trail.accounts import NAMES

    NAMES.forget()
    try:
        file = config_file()
        if file.exists():
            NAMES.learn(read_settings(file, []).accounts)
    except (SettingsError, RuntimeError):
        """Without a home directory there is no such file."""


def learn_organization(source: Source, cache: Cache) -> None:
    """Take the names that AWS Organizations has, or had when it was asked, where the
    configuration file has none. Raises Failure."""
    from ctexplore.sources.source import SourceError
    from ctexplore.store.cache.account_names import names_of
    from ctexplore.trail.accounts import NAMES

    try:
        NAMES.learn(names_of(source, cache), over=False)
    except SourceError as error:
        raise Failure(str(error)) from None


def account_ids(given: Iterable[str]) -> frozenset[str]:
    """Account ids, of those that are named all of the name. Raises Failure."""
    from ctexplore.trail.accounts import NAMES

    found: set[str] = set()
    for text in given:
        ids = frozenset((text,)) if is_account_id(text) else NAMES.ids(text)
        if not ids:
            raise Failure(
                f"argument --account: {text!r} is no account id: 12 digits",
                "nor a name below [accounts] in the configuration file",
            )
        found |= ids
    return frozenset(found)
