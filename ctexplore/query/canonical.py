"""From a filter's tree back to text, in one spelling: ``parse(canonical(node)) == node``."""

from __future__ import annotations

import re

from ctexplore.query import fields
from ctexplore.query.lexer import escaped, keys_of, quote, tokens
from ctexplore.query.syntax import (
    And,
    Column,
    Compare,
    Field,
    Flag,
    Network,
    Node,
    Not,
    Or,
    Present,
    Regex,
    Term,
    Text,
    Time,
    Value,
    Wild,
    Word,
)


def canonical(node: Node) -> str:
    """The filter as text; "" for the one that every event matches."""
    match node:
        case And(parts):
            return " ".join(_inside(p, Or) for p in parts)
        case Or(parts):
            return " or ".join(canonical(p) for p in parts)
        case Not(part):
            return "-" + _inside(part, And, Or)
        case Word(text):
            return text if _reads_as_word(text) else quote(text)
        case Flag(prefix, names):
            return f"{prefix}:{','.join(names)}"
        case Time(name, op, text):
            return f"{name}:{op}{value_text(text)}"
        case Term(field, values):
            name = field_text(field)
            if name == "eventTime" and isinstance(values[0], (Compare, Text)):
                name = ".eventTime"  # without the dot that is a time
            return f"{name}:{','.join(_value(field, v) for v in values)}"


def _inside(node: Node, *kinds: type[And | Or]) -> str:
    text = canonical(node)
    return f"({text})" if isinstance(node, kinds) else text


def field_text(field: Field) -> str:
    """A field's name, without the colon, that is read as this field."""
    if isinstance(field, Column):
        return fields.label(field.name)
    name = ".".join(k if _reads_as_key(k) else quote(k) for k in field.keys)
    try:
        plain = not name.startswith('"') and fields.resolve(name, keys_of(name)) == field
    except fields.UnknownField:
        plain = False
    return name if plain and name[0].isalpha() else "." + name


def value_text(text: str) -> str:
    """A value that is taken literally, quoted only where it has to be."""
    return text if _reads_as_value(text) else quote(text)


def _value(field: Field, value: Value) -> str:
    match value:
        case Text(text):
            # Without quotes an address with a slash is a block of them.
            return quote(text) if field == Column("ip") and "/" in text else value_text(text)
        case Wild(parts):
            return "*".join([parts[0] and value_text(parts[0]), *map(_after_star, parts[1:])])
        case Present():
            return "*"
        case Compare(op, text):
            return op + value_text(text)
        case Network(text):
            return text
        case Regex(pattern, fold):
            inner = escaped(re.sub(r"\\.|/", _slash, pattern, flags=re.DOTALL))
            return f"/{inner}/{'i' if fold else ''}"


def _after_star(part: str) -> str:
    """A piece of a value where a slash or an operator means nothing any more."""
    plain = not part or (escaped(part) == part and _reads_as_value(f"a{part}"))
    return part if plain else quote(part)


def _slash(match: re.Match[str]) -> str:
    return r"\/" if match[0] == "/" else match[0]


def _reads_as_key(text: str) -> bool:
    return re.fullmatch(r"[\w$@-]+", text) is not None and escaped(text) == text


def _reads_as_word(text: str) -> bool:
    found = tokens(text)
    return (
        escaped(text) == text
        and len(found) == 1
        and found[0].kind == "word"
        and not found[0].quoted
        and found[0].text == text
    )


def _reads_as_value(text: str) -> bool:
    found = tokens("x:" + text)
    if not (text and escaped(text) == text and len(found) == 2):
        return False
    value = found[1]
    return value.kind == "value" and not (value.op or value.quoted) and value.parts == (text,)
