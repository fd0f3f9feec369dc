"""From the text of a filter to its tree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from ctexplore.query import fields, values
from ctexplore.query.lexer import Token, tokens
from ctexplore.query.syntax import (
    EVERYTHING,
    Field,
    FilterError,
    Flag,
    Incomplete,
    Node,
    Term,
    Word,
    all_of,
    any_of,
    negate,
)

# Deeper than anybody thinks, and far from the depth that Python's own stack allows.
MAX_DEPTH = 50


def parse(text: str, now: datetime, zone: tzinfo = UTC) -> Node:
    """Read a filter. Empty text is the filter that every event matches.

    now: aware; what relative times count from. zone: whose clock times without an offset are
    read by. Raises FilterError, and its kind Incomplete for text that is still being typed.
    """
    return _Parser(text, now, zone).filter()


class _Parser:
    def __init__(self, text: str, now: datetime, zone: tzinfo) -> None:
        self.text = text
        self.now = now
        self.zone = zone
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    def filter(self) -> Node:
        if not self.tokens:
            return EVERYTHING
        node = self._any()
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            raise FilterError('no "(" is open here', token.start, token.end)
        return node

    def _peek(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _any(self) -> Node:
        parts = [self._all()]
        while self._peek() == "or":
            self._next()
            parts.append(self._all())
        return any_of(parts)

    def _all(self) -> Node:
        parts = [self._one()]
        while (kind := self._peek()) not in ("", ")", "or"):
            if kind == "and":
                self._next()
            parts.append(self._one())
        return all_of(parts)

    def _one(self) -> Node:
        negated = False
        while self._peek() in ("-", "not"):
            sign = self._next()
            negated = not negated
            if sign.kind == "-" and self.text[sign.end : sign.end + 1].isspace():
                raise FilterError('"-" must touch what it excludes', sign.start, sign.end)
        node = self._primary()
        return negate(node) if negated else node

    def _primary(self) -> Node:
        kind = self._peek()
        if kind in ("", ")", "or", "and"):
            raise self._expected_term(kind)
        token = self._next()
        if kind == "(":
            return self._group(token)
        if kind == "word":
            return self._word(token)
        return self._term(token)

    def _expected_term(self, kind: str) -> FilterError:
        """What to say where a term should stand."""
        before = self.tokens[self.at - 1] if self.at else None
        said = f'"{self.text[before.start : before.end]}"' if before else ""
        if not kind and before:
            return Incomplete(f"expected a term after {said}", before.start, len(self.text))
        token = self.tokens[self.at]
        name = self.text[token.start : token.end]
        if before and before.kind == "(" and kind == ")":
            return Incomplete("nothing between the parentheses", before.start, token.end)
        where = f' between {said} and "{name}"' if before else f' before "{name}"'
        hint = f'to search for the word, write "{name}" in quotes' if kind in ("or", "and") else ""
        return FilterError(f"expected a term{where}", token.start, token.end, hint)

    def _group(self, opening: Token) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FilterError(
                f"more than {MAX_DEPTH} parentheses inside one another", opening.start, opening.end
            )
        node = self._any()
        if self._peek() != ")":
            raise Incomplete('")" is missing', opening.start, len(self.text))
        self._next()
        self.depth -= 1
        return node

    def _word(self, token: Token) -> Node:
        if token.open:
            raise Incomplete("the closing quote is missing", token.start, token.end)
        if not token.text:
            raise Incomplete("nothing between the quotes", token.start, token.end)
        if self.text[token.end : token.end + 1] == ":" and token.quoted:
            raise FilterError(
                "expected a field's name before the colon",
                token.start,
                token.end,
                "a member with an odd name is written ." + self.text[token.start : token.end],
            )
        return Word(token.text)

    def _term(self, name: Token) -> Node:
        given = [self._value(name)]
        while self._peek() == ",":
            self._next()
            given.append(self._value(name))
        lower = name.text.lower()
        if lower in fields.FLAGS:
            return Flag(lower, tuple(self._flag(lower, v) for v in given))
        if lower in fields.TIMES or (lower == "eventtime" and _is_time(given[0])):
            if len(given) > 1:
                raise FilterError("expected one time", given[1].start, given[-1].end)
            return values.time(name, given[0], self.now, self.zone)
        field = self._field(name)
        return Term(field, tuple(values.value(field, v, self.now, self.zone) for v in given))

    def _value(self, name: Token) -> Token:
        """The next value, which the lexer promises to be there; checked for being whole."""
        token = self._next()
        shown = self.text[name.start : name.end]
        if token.open:
            what = 'the closing "/"' if token.kind == "regex" else "the closing quote"
            raise Incomplete(f"{what} is missing", token.start, token.end)
        if token.empty:
            said = f'"{token.op}"' if token.op else f'"{shown}"'
            after = token.start if token.op else name.start
            problem: Callable[..., FilterError] = Incomplete
            if self.tokens[self.at - 2].kind == ",":
                said, after = "the comma", token.start - 1
                if self._peek() not in ("", ")"):
                    problem = FilterError
            raise problem(f"expected a value right after {said}", after, max(token.end, after + 1))
        return token

    def _field(self, name: Token) -> Field:
        try:
            return fields.resolve(name.text, name.keys)
        except fields.UnknownField as unknown:
            shown = f"{name.text}:"
            meant = f"did you mean {unknown.nearest}?" if unknown.nearest else ""
            rest = f"to search for the text, quote it; a record's own member is .{shown}"
            raise FilterError(
                f'there is no field "{name.text}"', name.start, name.end - 1, meant or rest
            ) from None

    def _flag(self, prefix: str, token: Token) -> str:
        known = fields.FLAGS[prefix]
        typed = self.text[token.start : token.end].lower()
        if typed in known:
            return typed
        close = fields.nearest(typed, list(known))
        hint = f"did you mean {prefix}:{close}?" if close else f"one of {', '.join(known)}"
        # Every name starts somewhere: a beginning is not yet a mistake.
        problem = Incomplete if any(k.startswith(typed) for k in known) else FilterError
        raise problem(f"{prefix}: has no {typed}", token.start, token.end, hint)


def _is_time(token: Token) -> bool:
    """Whether a value of eventTime is a time, not a text that the record has there."""
    literal = not token.quoted and len(token.parts) == 1
    return token.kind == "value" and (bool(token.op) or literal)
