"""The first screen where nothing was named: what there is to open, and what of it is not logged."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from ctexplore import crash
from ctexplore.text import safe
from ctexplore.tui import too_small
from ctexplore.tui.app import TerminalApp
from ctexplore.tui.footer import Footer
from ctexplore.tui.header import Header
from ctexplore.tui.help import HelpScreen
from ctexplore.tui.preferences import Preferences
from ctexplore.tui.start_page.start_dialogs import ChooseProfile
from ctexplore.tui.start_page.start_entries import Known, sections
from ctexplore.tui.start_page.start_facts import Facts
from ctexplore.tui.start_page.start_list import StartList
from ctexplore.tui.start_page.start_work import Broke, Entered, Looked, StartWork, Told
from ctexplore.tui.start_page.ways import Opening, Ways
from ctexplore.tui.too_small import TooSmall


class StartPage(Screen[None]):
    """A list of what can be opened, below it what is known of the entry under the cursor."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (too_small.WIDTH, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (too_small.HEIGHT, "-high")]  # noqa: RUF012
    DEFAULT_CSS = """
    StartPage {
        layers: base above;
        &.-slim TooSmall, &.-low TooSmall { display: block; }
        & > #start-note { height: 1; padding: 0 1; color: $text-muted; display: none; }
        & > #start-note.-trouble { color: $text-error; height: auto; max-height: 4; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "profile", "Profile", id="start.profile", tooltip="Ask AWS as another"),
        Binding("r", "ask", "Ask again", id="start.ask", tooltip="Ask AWS again, as now signed in"),
        Binding("escape", "stop", "Stop opening", id="start.stop"),
        Binding("tab", "app.focus_next", "Other pane", id="start.next_pane", show=False),
        Binding("question_mark", "keys", "Keys", id="app.keys"),
        Binding("q", "app.quit", "Quit", id="app.quit"),
    ]

    def __init__(self, ways: Ways, text: str = "") -> None:
        """text: the filter that what is opened starts with."""
        super().__init__()
        self._ways = ways
        self._text = text
        self._known = Known()
        self._entering = ""
        self._choosing = False

    def compose(self) -> ComposeResult:
        yield Header()
        yield StartList()
        yield Facts()
        yield Static(id="start-note", markup=False)
        yield Footer(self._word)
        yield TooSmall()

    def on_mount(self) -> None:
        self.work = StartWork(self._ways, self.app, self.post_message)
        self._show()
        self.query_one(StartList).focus()
        self.call_after_refresh(self.work.look)

    # -- what comes to be known

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        known, local = self._known, event.local
        first = known.local is None
        known.local = local
        self._show()
        if not first or local.offline:
            return
        if local.choose:
            self.action_profile()
        else:
            self._ask(self._ways.profile)

    @on(Told)
    def _told(self, event: Told) -> None:
        if event.generation != self.work.asking:
            return
        known, header = self._known, self.query_one(Header)
        if event.signed is not None:
            known.signed = event.signed
            header.identity = event.signed.whose
        if event.caller and known.signed is not None:
            known.account = account_of(event.caller)
            header.identity = f"{name_of(event.caller)}  {known.signed.whose}"
        if event.trails is not None:
            known.trails = event.trails
        if event.trouble is not None:
            known.trouble = event.trouble
        known.asking = event.trouble is None and not (known.trails and known.trails.done)
        self._show()

    @on(Broke)
    def _broke(self, event: Broke) -> None:
        self._note(crash.keep(event.error), trouble=True)

    def _show(self) -> None:
        self.query_one(StartList).show_sections(sections(self._known))
        self.refresh_bindings()

    @on(StartList.Moved)
    def _moved(self) -> None:
        self.query_one(Facts).show(self.query_one(StartList).item)

    # -- as whom

    def action_profile(self) -> None:
        local = self._known.local
        if local is None or self._choosing:
            return
        self._choosing = True

        def chosen(name: str | None) -> None:
            self._choosing = False
            if name is not None:
                self._ask(name)

        self.app.push_screen(ChooseProfile(local.profiles, self._ways.profile), chosen)

    def action_ask(self) -> None:
        self._ask(self._ways.profile, again=True)

    def _ask(self, profile: str, *, again: bool = False) -> None:
        known = self._known
        known.trouble = None
        known.asking = True
        if not again:
            # Asked again, what is known stays until better is known.
            known.signed = known.trails = None
            known.account = ""
            self.query_one(Header).identity = f"profile {profile}" if profile else ""
        self.work.ask(profile, again=again)
        self._show()

    # -- opening

    @on(StartList.Opened)
    def _open(self) -> None:
        entry = self.query_one(StartList).item
        if entry is not None:
            self._entering = entry.cells[0]
            self._note(f"opening {self._entering} …")
            self.work.enter(entry.words)

    def action_stop(self) -> None:
        self.work.entering += 1
        self._entering = ""
        self._note("")

    @on(Entered)
    def _entered(self, event: Entered) -> None:
        if event.generation != self.work.entering:
            if event.opening:
                self.work.leave(event.opening)
            return
        self._entering = ""
        if event.trouble is not None:
            self._note(event.trouble.reason, trouble=True)
            return
        self._note("")
        if event.opening is not None:
            self._enter(event.opening)

    def _enter(self, opening: Opening) -> None:
        from ctexplore.tui.explore import ExploreScreen

        def left(_: None) -> None:
            self.work.leave(opening)
            self.work.look()

        self.app.push_screen(
            ExploreScreen(
                opening.source, opening.cache, opening.wanted, opening.limits, self._text
            ),
            left,
        )

    def _note(self, said: str, *, trouble: bool = False) -> None:
        note = self.query_one("#start-note", Static)
        note.update(safe(said))
        note.display = bool(said)
        note.set_class(trouble, "-trouble")
        self.refresh_bindings()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        match action:
            case "stop":
                return bool(self._entering)
            case "ask":
                local = self._known.local
                return local is not None and not local.offline
            case "profile":
                return self._known.local is not None and bool(self._known.local.profiles)
        return True

    def _word(self, active: ActiveBinding) -> str:
        if active.binding.id == "start.open":
            entry = self.query_one(StartList).item
            return active.binding.description if entry and entry.words else ""
        return active.binding.description

    def action_keys(self) -> None:
        self.app.push_screen(HelpScreen([self, *self.query("StartList")]))


class StartApp(TerminalApp):
    """The start page, and the explorer on what is opened from it."""

    def __init__(
        self,
        ways: Ways,
        *,
        text: str = "",
        theme: str = "",
        preferences: Preferences | None = None,
    ) -> None:
        """text: the filter that what is opened starts with. Raises UnknownTheme."""
        super().__init__(theme, preferences)
        self._page = StartPage(ways, text)

    def first_screen(self) -> StartPage:
        return self._page


def account_of(arn: str) -> str:
    """The account of a caller's ARN; "" where it has none."""
    return arn.split(":")[4] if arn.count(":") >= 5 else ""


def name_of(arn: str) -> str:
    """What tells callers of an account apart: ``111122223333 user/eve``."""
    return f"{account_of(arn)} {arn.split(':', 5)[-1]}"
