"""Which columns of rooms above a filter asks for, and what to say where there are none."""

from __future__ import annotations

from collections.abc import Container

from ctexplore.query.fields import ADDED, FLAGS
from ctexplore.query.syntax import And, Column, Flag, Node, Not, Or, Term


def added_in(node: Node) -> tuple[str, ...]:
    """The names of ``fields.ADDED`` that decide what the filter answers."""
    match node:
        case And(parts) | Or(parts):
            return tuple(dict.fromkeys(name for part in parts for name in added_in(part)))
        case Not(part):
            return added_in(part)
        case Flag(prefix, names):
            # The flag of a column's name asks for any value of it.
            return tuple(n for n in names if n in ADDED and FLAGS[prefix][n] == f"{n}:*")
        case Term(Column(name)) if name in ADDED:
            return (name,)
    return ()


def unanswered(node: Node, added: Container[str]) -> str:
    """``integrity: nothing is verified yet``, of what the filter asks for and nobody added; or "".

    added: the columns that there are.
    """
    missing = [name for name in added_in(node) if name not in added]
    return "; ".join(f"{name}: {ADDED[name].missing}" for name in missing)
