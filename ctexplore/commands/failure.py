"""The one way a command ends early: a line for the user and an exit status."""

from __future__ import annotations


class Failure(Exception):
    """message: what is wrong. hint: what to do. status: 2 unless something was done already."""

    def __init__(self, message: str, hint: str = "", status: int = 2) -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.status = status
