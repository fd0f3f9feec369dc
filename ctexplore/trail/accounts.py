"""What people call the accounts of a trail, which logs know by 12 digits only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ctexplore.config import Account


class AccountNames:
    """Names and notes by account id: user's text, not safe for a screen."""

    def __init__(self) -> None:
        self._known: dict[str, Account] = {}

    def learn(self, known: Mapping[str, Account], *, over: bool = True) -> None:
        """Add to what is known. over: these are right where others are known already."""
        self._known = {**self._known, **known} if over else {**known, **self._known}

    def forget(self) -> None:
        self._known = {}

    def __len__(self) -> int:
        return len(self._known)

    def name(self, account: str) -> str:
        """The account's name, "" where it has none."""
        found = self._known.get(account)
        return found.name if found else ""

    def note(self, account: str) -> str:
        found = self._known.get(account)
        return found.note if found else ""

    def titled(self, text: str) -> str:
        """``prod 111122223333`` for an account with a name; any other text as it is."""
        found = self._known.get(text)
        return f"{found.name} {text}" if found else text

    def ids(self, name: str) -> frozenset[str]:
        """The accounts of this name, whatever its case."""
        folded = name.casefold()
        return frozenset(a for a, known in self._known.items() if known.name.casefold() == folded)

    def known(self) -> Mapping[str, Account]:
        return self._known


# One for the process, as a name means one account wherever it stands; the command that starts
# fills it.
NAMES: Final = AccountNames()
