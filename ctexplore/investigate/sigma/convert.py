"""From pySigma's rule to the tree that is asked; a construct without an answer here says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sigma.conditions import (
    ConditionAND,
    ConditionIdentifier,
    ConditionNOT,
    ConditionOR,
    ConditionSelector,
)
from sigma.rule import SigmaDetection, SigmaDetectionItem
from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from ctexplore.investigate.sigma.tree import (
    Anywhere,
    Either,
    Every,
    Has,
    Named,
    Opposite,
    Same,
    Tree,
)
from ctexplore.investigate.sigma.wanted import (
    ANYTHING,
    ONE,
    STAR,
    Beside,
    Like,
    Matching,
    Nothing,
    TimePart,
    Wanted,
    Within,
    tester,
)
from ctexplore.query.record import text_of

if TYPE_CHECKING:
    from sigma.rule import SigmaDetections, SigmaRule

_OPERATORS: Final = {
    CompareOperators.LT: "<",
    CompareOperators.LTE: "<=",
    CompareOperators.GT: ">",
    CompareOperators.GTE: ">=",
    CompareOperators.NEQ: "!=",
}


class Unsupported(ValueError):
    """A construct that this program does not ask; the message names it."""


def tree_of(rule: SigmaRule) -> Tree:
    """The rule's condition; of several, any. Raises ValueError with the reason."""
    found = [
        _condition(condition.parse(postprocess=False), rule.detection)
        for condition in rule.detection.parsed_condition
    ]
    if not found:
        raise Unsupported("it has no condition")
    return _either(found)


def _condition(item: Any, detections: SigmaDetections) -> Tree:
    match item:
        case ConditionIdentifier():
            if item.identifier not in detections.detections:
                raise Unsupported(
                    f"its condition names {item.identifier}, which it does not define"
                )
            return Named(item.identifier, _detection(detections[item.identifier]))
        case ConditionSelector():
            found = item.resolve_referenced_detections(detections)
            if not found:
                raise Unsupported(f"no selection is called {item.pattern}")
            parts = [_condition(each, detections) for each in found]
            return _every(parts) if item.cond_class is ConditionAND else _either(parts)
        case ConditionAND():
            return _every([_condition(arg, detections) for arg in item.args])
        case ConditionOR():
            return _either([_condition(arg, detections) for arg in item.args])
        case ConditionNOT():
            return Opposite(_condition(item.args[0], detections))
    raise Unsupported(f"its condition has {type(item).__name__}")


def _detection(found: SigmaDetection) -> Tree:
    parts = [
        _detection(item) if isinstance(item, SigmaDetection) else _item(item)
        for item in found.detection_items
    ]
    return _every(parts) if found.item_linking is ConditionAND else _either(parts)


def _item(item: SigmaDetectionItem) -> Tree:
    parts = [_value(item.field, value) for value in item.value or [SigmaNull()]]
    tree = _every(parts) if item.value_linking is ConditionAND else _either(parts)
    return Opposite(tree) if item.negated else tree


def _value(field: str | None, value: Any) -> Tree:
    if isinstance(value, SigmaExpansion):
        return _either([_value(field, each) for each in value.values])
    if isinstance(value, SigmaFieldReference):
        if field is None:
            raise Unsupported("fieldref without a field")
        return Same(field, value.field, value.starts_with, value.ends_with)
    if isinstance(value, SigmaExists) and field is not None:
        return Has(field, ANYTHING if value.exists else Nothing())
    wanted = _wanted(value)
    try:
        tester(wanted)
    except ValueError as error:
        raise Unsupported(f"not a regular expression: {error}") from None
    if field is not None:
        return Has(field, wanted)
    if isinstance(wanted, Nothing):
        raise Unsupported("null without a field")
    return Anywhere(wanted)


def _wanted(value: Any) -> Wanted:
    match value:
        case SigmaNull():
            return Nothing()
        case SigmaString():
            return _like(value)
        case SigmaTimestampPart():
            return TimePart(value.timestamp_part.name.lower(), int(value.number))
        case SigmaNumber():
            return Like((text_of(value.number),))
        case SigmaBool():
            return Like((text_of(value.boolean),))
        case SigmaRegularExpression():
            return _matching(value)
        case SigmaCIDRExpression():
            return Within(str(value.network))
        case SigmaCompareExpression():
            return Beside(_OPERATORS[value.op], value.number.number)
    raise Unsupported(f"a value of the kind {type(value).__name__.removeprefix('Sigma')}")


def _like(value: SigmaString) -> Wanted:
    """An empty text is no value, as everywhere in this program."""
    pieces = [""]
    for part in value.s:
        if isinstance(part, Placeholder):
            raise Unsupported(f"the placeholder %{part.name}% has no value here")
        if isinstance(part, SpecialChars):
            pieces += [STAR if part is SpecialChars.WILDCARD_MULTI else ONE, ""]
        else:
            pieces[-1] += part
    if pieces == [""]:
        return Nothing()
    return Like(tuple(pieces), cased=isinstance(value, SigmaCasedString))


def _matching(value: SigmaRegularExpression) -> Matching:
    if value.contains_placeholder():
        raise Unsupported("a placeholder has no value here")
    flags = "".join(
        letter
        for flag, letter in (
            (SigmaRegularExpressionFlag.MULTILINE, "m"),
            (SigmaRegularExpressionFlag.DOTALL, "s"),
        )
        if flag in value.flags
    )
    pattern = str(value.regexp)
    fold = SigmaRegularExpressionFlag.IGNORECASE in value.flags
    return Matching(f"(?{flags}){pattern}" if flags else pattern, fold)


def _every(parts: Sequence[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _either(parts: Sequence[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))
