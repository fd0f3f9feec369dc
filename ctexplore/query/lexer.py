"""From the text of a filter to its tokens. Never fails: what is wrong is for the parser to say,
and completion wants the tokens of half-typed text too."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from msgspec import Struct

from ctexplore.text import safe, safe_spans

Kind: TypeAlias = Literal["(", ")", "-", ",", "and", "or", "not", "word", "field", "value", "regex"]

_NAME = r"[^\W\d][\w$@-]*"
_KEY = r"[\w$@-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_STEP = rf"(?:{_KEY}|{_QUOTED})(?:\[\])?"
_FIELD = re.compile(rf"(?:(?:{_NAME})(?:\[\])?|\.{_STEP})(?:\.{_STEP})*(?=:)", re.DOTALL)
_STEPS = re.compile(rf"({_KEY})|({_QUOTED})", re.DOTALL)
_WORD = re.compile(r'[^\s()"]+')
_OPERATOR = re.compile(r"[<>]=?")
_ESCAPE = re.compile(r'\\(?:(["\\])|u([0-9a-fA-F]{4})|U(0010[0-9a-fA-F]{4}|000[0-9a-fA-F]{5}))')
_SAFE_ESCAPE = re.compile(r"\\(?:[nrt]|x..|u....|U........)")
_IN_REGEX = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|U(0010[0-9a-fA-F]{4}|000[0-9a-fA-F]{5})|(.))", re.DOTALL
)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)(/?)([^\s(),]*)", re.DOTALL)
_LITERAL = re.compile(r'[^\s()",*]+')


class Token(Struct, frozen=True):
    """A piece of the text, ``start`` to ``end``.

    text: a word's or regular expression's text, a field's name as typed. keys: a field's
    members, without a leading dot. parts: a value's literal pieces between its stars; (""),
    when there is no value. op: a value's comparison, or what follows a regular expression.
    quoted: quotes were used. open: their end, or the expression's, is missing.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    keys: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("",)
    op: str = ""
    quoted: bool = False
    open: bool = False

    @property
    def empty(self) -> bool:
        """A value of which nothing has been typed."""
        return self.kind == "value" and self.parts == ("",) and not self.quoted


def tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
        elif char == "(":
            found.append(Token("(", at, at + 1))
            at += 1
        elif char == ")":
            found.append(Token(")", at, at + 1))
            at += 1
        elif char == "-":
            found.append(Token("-", at, at + 1))
            at += 1
        elif char == '"':
            inner, end, closed = _quoted(text, at)
            found.append(Token("word", at, end, inner, quoted=True, open=not closed))
            at = end
        elif (field := _FIELD.match(text, at)) and field[0] != "arn":
            at = field.end() + 1
            found.append(Token("field", field.start(), at, field[0], keys_of(field[0])))
            at = _values(text, at, found)
        else:
            at = _word(text, at, found)
    return found


def keys_of(name: str) -> tuple[str, ...]:
    """The members that a field's name leads through."""
    return tuple(bare or unquote(quoted[1:-1]) for bare, quoted in _STEPS.findall(name))


def unquote(text: str) -> str:
    r"""What stands between quotes: ``\"``, ``\\``, ``\u00e9``, ``\U0001f600``; no other escape."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: m[1] or chr(int(m[2] or m[3], 16)), text)


def quote(text: str) -> str:
    """The text between quotes, everything that does not show written as an escape."""
    return '"' + escaped(re.sub(r'["\\]', r"\\\g<0>", text)) + '"'


def escaped(text: str) -> str:
    r"""The text with what ``text.safe`` would not show written ``\u202e``; backslashes stay."""
    plain = text.replace("\\", "/")
    if safe(plain) == plain:
        return text
    pieces: list[str] = []
    at = 0
    for piece, hidden in safe_spans(plain):
        size = len(_SAFE_ESCAPE.findall(piece)) if hidden else len(piece)
        pieces.append("".join(map(_code, text[at : at + size])) if hidden else text[at : at + size])
        at += size
    return "".join(pieces)


def _code(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _word(text: str, at: int, found: list[Token]) -> int:
    match = _WORD.match(text, at)
    assert match is not None, "every character that starts nothing else starts a word"
    word = match[0]
    kind: Kind = "word"
    match word.lower():
        case "and":
            kind = "and"
        case "or":
            kind = "or"
        case "not":
            kind = "not"
    found.append(Token(kind, at, match.end(), word))
    return match.end()


def _values(text: str, at: int, found: list[Token]) -> int:
    """The values after a field's colon, commas between them; where the term ends."""
    while True:
        token = _regex(text, at) if text.startswith("/", at) else _value(text, at)
        found.append(token)
        at = token.end
        if not text.startswith(",", at):
            return at
        found.append(Token(",", at, at + 1))
        at += 1


def _regex(text: str, at: int) -> Token:
    match = _REGEX.match(text, at)
    if match is None or not match[2]:
        return Token("regex", at, len(text), text[at + 1 :], open=True)
    return Token("regex", at, match.end(), _IN_REGEX.sub(_unescape, match[1]), op=match[3])


def _unescape(escape: re.Match[str]) -> str:
    """A slash and what does not show become themselves; all other escapes are RE2's to read."""
    code = escape[1] or escape[2]
    char = chr(int(code, 16)) if code else escape[3]
    return char if (char == "/" and not code) or escaped(char) != char else escape[0]


def _value(text: str, at: int) -> Token:
    start = at
    operator = _OPERATOR.match(text, at)
    op = operator[0] if operator else ""
    at += len(op)
    parts = [""]
    quoted = closed = False
    while at < len(text):
        if text[at] == '"':
            inner, at, closed = _quoted(text, at)
            quoted = True
            parts[-1] += inner
        elif text[at] == "*":
            if len(parts) == 1 or parts[-1]:
                parts.append("")
            at += 1
        elif literal := _LITERAL.match(text, at):
            parts[-1] += literal[0]
            at = literal.end()
        else:
            break
    open_quote = quoted and not closed
    return Token("value", start, at, parts=tuple(parts), op=op, quoted=quoted, open=open_quote)


def _quoted(text: str, at: int) -> tuple[str, int, bool]:
    """The text of the quotes that open at ``at``, where they end, and whether they do."""
    end = at + 1
    while end < len(text):
        if text[end] == '"':
            return unquote(text[at + 1 : end]), end + 1, True
        end += 2 if text[end] == "\\" else 1
    return unquote(text[at + 1 :]), len(text), False
