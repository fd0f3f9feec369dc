"""A policy from what the list shows: read, copied, saved."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from ctexplore.export.files import FileError, write_file
from ctexplore.investigate.policy.derive import UsedPolicy, used_policy
from ctexplore.investigate.policy.tell import remarks
from ctexplore.text import safe
from ctexplore.tui.counts.overview import OverviewScreen
from ctexplore.tui.feed import Failed
from ctexplore.tui.investigate.page import Page

_FILE = "policy"


@dataclass
class PolicyDerived(Message):
    """The policy of the events that were in the list."""

    generation: int
    policy: UsedPolicy


class PolicyPage(Page):
    """Remarks above the policy; what is copied and saved is the policy alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "save", "Save", id="page.save", tooltip="Save the policy to a file"),
    ]

    def __init__(self, policy: UsedPolicy) -> None:
        notes = Content("\n").join(Content.styled(safe(line), "dim") for line in remarks(policy))
        body = Content.assemble(notes, "\n\n", safe_lines(policy.text))
        self._policy = policy
        super().__init__("A policy from what the list shows", body, policy.text)

    def action_save(self) -> None:
        """Into the folder the program was started in, under a name that is free."""
        path = _free(Path.cwd())
        try:
            write_file(path, iter([self._policy.text.encode() + b"\n"]), replace=False)
        except FileError as error:
            self.notify(safe(str(error)), severity="error", markup=False)
        else:
            self.notify(safe(f"saved as {path}"), markup=False)


class PolicyScreen(OverviewScreen):
    """Counted beside the screen's thread."""

    def action_policy(self) -> None:
        view = self.events.view
        if view is None or not len(view):
            self.notify("no event is in the list", markup=False)
            return
        generation, post = self.desk.generation, self.post_message

        def work() -> None:
            try:
                post(PolicyDerived(generation, used_policy(view.table, view.rows)))
            except Exception as error:
                post(Failed(generation, error))

        threading.Thread(target=work, name="policy", daemon=True).start()

    @on(PolicyDerived)
    def _policy_derived(self, event: PolicyDerived) -> None:
        if event.generation == self.desk.generation:
            self.app.push_screen(PolicyPage(event.policy))


def safe_lines(text: str) -> str:
    return "\n".join(map(safe, text.splitlines()))


def _free(folder: Path) -> Path:
    names = (f"{_FILE}{f'-{n}' if n > 1 else ''}.json" for n in range(1, 10_000))
    return next(
        (p for name in names if not (p := folder / name).exists()), folder / f"{_FILE}.json"
    )
