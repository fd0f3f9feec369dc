"""The columns of the event list: what each says of an event, and how it is cut short."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ctexplore.config import is_account_id
from ctexplore.query import fields
from ctexplore.query.canonical import field_text
from ctexplore.query.lexer import keys_of
from ctexplore.query.parse import parse
from ctexplore.query.syntax import Column as TableColumn
from ctexplore.query.syntax import FilterError, Path, Present, Term
from ctexplore.store.columns.order import View
from ctexplore.store.columns.schema import FIELDS
from ctexplore.text import cell_width, clip, clip_middle, fit, safe
from ctexplore.trail.accounts import NAMES
from ctexplore.trail.secrets import veil
from ctexplore.trail.severity import Severity, severity
from ctexplore.trail.size import size
from ctexplore.trail.target import short
from ctexplore.tui.clock import Clock, clock, utc_text
from ctexplore.tui.events.titles import BYTES, TITLES
from ctexplore.tui.look_alike import SIGN, marked

Value = Callable[[View, int], str | None]
"""From a view and a row number to what the log says there, not yet safe for a screen; "" is
nothing, None not known yet."""

Cut = Callable[[str, int], str]
"""A text, safe for a screen, cut to at most as many cells."""

UNREAD: Final = "…"
PINNED: Final = "name"  # a list of events without their names would be none

_SERVICE = ".amazonaws.com"
# "Roles for AWS services": every role that is linked to a service is called so.
_LINKED_ROLE = "AWSServiceRoleFor"
_INDEX = re.compile(r"\[[0-9]+\]")
_A_PART = 6  # cells in which the begin of a name still tells
_EC2 = ("Client.", "Server.")  # "Error codes for the Amazon EC2 API": who is to blame


def _ends(text: str, width: int) -> str:
    """A path too long is cut in its middle, because both of its ends tell."""
    return clip_middle(text, width) if "/" in text else clip(text, width)


def _role(text: str, width: int) -> str:
    """``role/session`` with one of its two whole, if that leaves something of the other."""
    if cell_width(text) > width and text.startswith(_LINKED_ROLE):
        text = "…" + text.removeprefix(_LINKED_ROLE)
    role, slash, session = text.partition("/")
    room = width - cell_width(role) - 1
    if room >= _A_PART or cell_width(text) <= width or not slash:
        return clip(text, width)
    room = width - cell_width(session) - 1
    return f"{clip(role, room)}/{session}" if room >= _A_PART else clip(text, width)


def _bytes(text: str, width: int) -> str:
    """As a person reads it; what is copied stays what the record has."""
    return clip(size(text), width)


def _code(text: str, width: int) -> str:
    if len(text) > width and text.startswith(_EC2):
        text = text.partition(".")[2]
    return clip(text, width)


class Column(Struct, frozen=True):
    """One column. Widths are terminal cells.

    name: as filters call the field. widths: the fewest that say anything, those for most
    values, and more than which is of no use. priority: lower stays longer as the list gets
    narrower. path: the member of a record that CloudTrail keeps it in; "" when it is made of
    several. shown: what stands in the list, if not the value. sparse: mostly empty, and then
    the cell on its left may run on into it.
    """

    name: str
    title: str
    value: Value
    widths: tuple[int, int, int]
    priority: float
    path: str = ""
    shown: Value | None = None
    cut: Cut = clip
    sparse: bool = False

    def text(self, view: View, row: int) -> str:
        """What the list shows of the event if there is room: not yet safe for a screen."""
        text = (self.shown or self.value)(view, row)
        return UNREAD if text is None else text

    def head(self, width: int, sign: str = "") -> str:
        """The title, and how the list is sorted by it, in exactly ``width`` cells."""
        return fit(clip(sign + safe(self.title), width), width)


def cell(column: Column, text: str, width: int) -> str:
    """The column's text, safe for a screen and its secrets masked, in exactly ``width`` cells."""
    # A value may be a megabyte; a cell is made of at most five characters (a letter and its
    # marks), so the ends hold all that can be seen.
    reach = 5 * (width + 1)
    if len(text) > 2 * reach:
        text = text[:reach] + text[-reach:]
    sign = SIGN if text.startswith(SIGN) else ""  # also where the front of the rest is cut off
    text = column.cut(safe(veil(text.removeprefix(sign))), width - len(sign))
    return fit(sign + text, width)


def event_severity(view: View, row: int) -> Severity:
    """How loudly the event of a row speaks."""
    text = view.table.text
    return severity(
        text("source", row),
        text("name", row),
        readonly=text("readonly", row),
        error=text("error", row),
        idtype=text("idtype", row),
        caller_account=text("idaccount", row),
        account=text("account", row),
        category=text("category", row),
    )


def copies_text(count: int) -> str:
    """How often one event was delivered, where that is more than once."""
    return f"×{count + 1}" if count else ""


def _field(name: str) -> Value:
    return lambda view, row: view.table.text(name, row)


def _source(view: View, row: int) -> str:
    return view.table.text("source", row).removesuffix(_SERVICE)


def _name(name: str) -> Value:
    return lambda view, row: marked(view.table.text(name, row))


def _target(view: View, row: int) -> str:
    return short(view.table.text("target", row))


def _account(view: View, row: int) -> str:
    return NAMES.titled(view.table.text("account", row))


def _name_first(text: str, width: int) -> str:
    """Of ``prod 111122223333`` the name alone where there is no room for both."""
    name, _, account = text.rpartition(" ")
    too_long = cell_width(text) > width
    return clip(name if name and is_account_id(account) and too_long else text, width)


def _added(name: str) -> tuple[Value, Value]:
    """The value and the text of a column that a room above adds; several have no one value."""

    def values(view: View, row: int) -> tuple[str, ...]:
        column = view.added.get(name)
        return column.values(row) if column else ()

    def value(view: View, row: int) -> str | None:
        found = values(view, row)
        return None if len(found) > 1 else "".join(found)

    return value, lambda view, row: ", ".join(values(view, row))


def _unread(_view: View, _row: int) -> str | None:
    return None


def _time(how: Clock) -> Column:
    wide = how.width
    return Column("time", how.title, utc_text, (wide, wide, wide), 1, "eventTime", how.text)


# Names of the columns that are there unless somebody chooses others, in their order.
DEFAULT: Final = (
    "time", "name", "source", "who", "error", "target", "ip", "region", "account",
)  # fmt: skip

_ID = (12, 12, 12)  # cells of an account id
_OWNER = "recipientAccountId"
# An error stands beside who got it: the eye need not cross the line, and since most events have
# none, long names get its cells.
_KNOWN: Final = {
    column.name: column
    for column in (
        Column("name", "EVENT", _field("name"), (12, 22, 32), 0, "eventName"),
        Column("source", "SOURCE", _field("source"), (6, 6, 14), 4, "eventSource", _source),
        Column(
            "who", "WHO", _field("who"), (12, 25, 46), 2, "userIdentity", _name("who"), cut=_role
        ),
        Column("error", "ERROR", _field("error"), (8, 12, 28), 3, "errorCode", None, _code, True),
        Column("target", "TARGET", _field("target"), (16, 24, 72), 5, "", _target, _ends),
        Column("ip", "SOURCE IP", _field("ip"), (13, 15, 25), 6, "sourceIPAddress", _name("ip")),
        Column("region", "REGION", _field("region"), (9, 14, 14), 7, "awsRegion"),
        Column("account", "ACCOUNT", _field("account"), _ID, 8, _OWNER, _account, _name_first),
    )
}
_NAMES = frozenset({"actor", "user", "role", "key", "idaccount"})  # which are all ASCII
_ROOM_FOR_NAMES = 13  # cells at most, beside an id
_ADDED = 2.5  # priority: who adds a column wants to see it
_WIDTHS = (8, 16, 40)  # of one that was added


def canonical_name(name: str) -> str:
    """A column's name as ``column`` takes it and files keep it, whatever way it was typed.

    ``time``, a short name of the filter language, or a member of the record.
    Raises FilterError.
    """
    name = name.strip()
    if '"' not in name:
        name = _INDEX.sub("", name)  # a copied path has it; a column shows all elements
    if name.lower() in ("time", "eventtime"):
        return "time"
    node = parse(f"{name}:*", datetime.now(UTC))
    if not isinstance(node, Term) or node.values != (Present(),):
        raise FilterError(f"{name or 'nothing'} is no field of an event", 0, len(name))
    # Ids are not kept as text, so they are read where they are written.
    return "eventID" if node.field == TableColumn("id") else field_text(node.field)


@lru_cache(256)
def path_of(name: str) -> tuple[str, ...]:
    """The members that a column is read from; empty for one that the table has."""
    if name == "time" or name in _KNOWN:
        return ()
    if name == "eventID":
        return (name,)
    field = fields.resolve(name, keys_of(name))
    return field.keys if isinstance(field, Path) else ()


def column(
    name: str, how: Clock | None = None, read: tuple[Value, Value] = (_unread, _unread)
) -> Column:
    """The column of a canonical name. how: for times. read: the value and the text of what the
    table lacks."""
    if name == "time":
        return _time(how or clock(UTC))
    if name == "account" and len(NAMES):
        return replace(_KNOWN[name], widths=(12, 12, 12 + _ROOM_FOR_NAMES))
    if name in _KNOWN:
        return _KNOWN[name]
    keys = path_of(name)
    if keys:
        value, text = read
        title = TITLES.get(name, keys[-1])
        cut = _bytes if keys[-1].casefold() in BYTES else _ends
        return Column(name, title, value, _WIDTHS, _ADDED, name, text, cut)
    field = fields.resolve(name, keys_of(name))
    if isinstance(field, TableColumn) and field.name in fields.ADDED:
        value, text = _added(field.name)
        return Column(name, name, value, _WIDTHS, _ADDED, "", text)
    assert isinstance(field, TableColumn) and field.name in FIELDS
    own = {short: path for path, short in fields.OWN.items()}
    shown = _name(field.name) if field.name in _NAMES else None
    path = own.get(field.name, "")
    return Column(name, name, _field(field.name), _WIDTHS, _ADDED, path, shown, cut=_ends)
