"""The last line: the keys that work here and now, the most wanted first."""

from __future__ import annotations

from rich.text import Text
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

# Binding ids, the most wanted first; at 80 columns about eight fit. What is not named here is
# shown by "?" only.
PRIORITY = (
    "filter.complete",
    "filter.leave",
    "app.filter",
    "list.open",
    "tree.open",
    "detail.copy",
    "load.stop",
    "load.resume",
    "load.retry",
    "narrow.only",
    "narrow.not",
    "app.tree",
    "list.mark",
    "app.problems",
    "detail.search",
    "detail.unfold",
    "detail.secrets",
    "tree.mark",
    "app.detail",
    "app.goto",
    "app.zone",
    "view.undo",
    "app.palette",
)
_ALWAYS = ("app.keys", "app.quit")


class Footer(Widget):
    """Reads the screen's active bindings; a click on a key does what the key does."""

    DEFAULT_CSS = """
    Footer { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._updated)

    def _updated(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Text:
        active: dict[str, tuple[str, str, str]] = {}
        typing = isinstance(self.screen.focused, Input)
        for key, bound in self.screen.active_bindings.items():
            binding = bound.binding
            # While text is typed, a letter is a letter.
            if typing and bound.node is not self.screen.focused and not key.startswith("ctrl+"):
                continue
            if binding.id and bound.enabled and binding.description:
                shown = self.app.get_key_display(binding)
                active.setdefault(binding.id, (shown, binding.description, key))
        line, room = Text(no_wrap=True), self.size.width
        last = [active[i] for i in _ALWAYS if i in active]
        room -= sum(len(k) + len(d) + 3 for k, d, _ in last)
        for name in PRIORITY:
            if name not in active:
                continue
            key, description, _ = active[name]
            width = len(key) + len(description) + 3
            if width > room:
                break
            room -= width
            self._append(line, *active[name])
        line.append(" " * max(0, room))
        for entry in last:
            self._append(line, *entry)
        return line

    def _append(self, line: Text, key: str, description: str, pressed: str) -> None:
        start = len(line)
        line.append(key, style="bold")
        line.append(f" {description}  ", style="dim")
        line.apply_meta({"@click": f"app.simulate_key('{pressed}')"}, start, len(line))
