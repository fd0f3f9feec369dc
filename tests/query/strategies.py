"""Filters and events from one small pool of texts, so that they often meet."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from ctexplore.query import syntax as s
from ctexplore.query.fields import ADDED, COLUMNS, FLAGS, TIMES
from ctexplore.query.parse import parse
from tests.query.events import NOW, Event

# Odd ones on purpose: letters that casefold to others, JSON's own characters, the language's.
TEXTS = (
    "iam.amazonaws.com", "s3.amazonaws.com", "iam", "CreateUser", "createuser", "GetObject",
    "Alice", "alice", "AccessDenied", "Kelvin \u212a", "kelvin k", "STRASSE", "stra\u00dfe",
    'say "hi"', "back\\slash", "a/b/c", "a b", "a,b", "*", "a*b", "(x)", "tab\there", "true",
    "null", "10", "1000", "1.5", "e", "10.1.2.3", "2001:db8::1", "\U0001f600", "-x", "or", "/x/",
    ">5", "\x00", "\u3164", "e\u0301", "a" + "\u0301" * 6, "\u202eb\\n", "AWSService",
    "Root", "Insight", "AwsConsoleSignIn",
    "2024-01-15T09:14:05Z",
)  # fmt: skip
KEYS = ("userName", "username", "n", "list", "odd key", "K\u212a", "ARN", "\u3164")
TIMES_ = (
    "2024-01-15T09:14:05Z",
    "2024-01-15T09:14:05.250Z",
    "2024-01-16T00:00:00+02:00",
    "2024-01-17T10:00:00Z",
)
IDS = ("0968cbec-f8df-43f3-94ba-b451aad083ed", "0968CBEC-F8DF-43F3-94BA-B451AAD083ED", "short", "")

texts = st.sampled_from(TEXTS)
# Bytes that are no UTF-8, as they come out of decoding.
broken = st.sampled_from(("\udcff", "a\udcffb"))
scalars = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.just(""),
    st.sampled_from((0, 10, 1000, 1e3, 1.5, 2**70, -1)),
)
json_values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)
maybe_text = st.one_of(texts, st.none(), st.just(""))
identities = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(("IAMUser", "Root", "AWSService", "AssumedRole", "")),
        "userName": maybe_text,
        "arn": st.sampled_from(
            ("arn:aws:iam::111:user/Alice", "arn:aws:sts::111:assumed-role/Admin/alice", "")
        ),
        "accountId": st.sampled_from(("111", "222", "")),
        "accessKeyId": maybe_text,
        "invokedBy": maybe_text,
        "sessionContext": st.fixed_dictionaries(
            {
                "attributes": st.fixed_dictionaries(
                    {"mfaAuthenticated": st.sampled_from(("true", "false"))}
                )
            }
        ),
    },
)
events: st.SearchStrategy[Event] = st.fixed_dictionaries(
    {"eventName": st.one_of(st.sampled_from(("CreateUser", "GetObject", "ConsoleLogin")), texts)},
    optional={
        "eventTime": st.sampled_from((*TIMES_, "", "yesterday")),
        "eventSource": texts,
        "awsRegion": texts,
        "sourceIPAddress": maybe_text,
        "userAgent": st.one_of(maybe_text, broken),
        "errorCode": maybe_text,
        "errorMessage": maybe_text,
        "eventID": st.sampled_from(IDS),
        "eventType": texts,
        "eventCategory": texts,
        "recipientAccountId": st.sampled_from(("111", "222", "", None)),
        "readOnly": st.sampled_from((True, False, "true", "false", None)),
        "sessionCredentialFromConsole": st.sampled_from(("true", "", None)),
        "userIdentity": st.one_of(identities, st.none()),
        "requestParameters": json_values,
        "responseElements": st.one_of(
            json_values,
            st.builds(dict, ConsoleLogin=st.sampled_from(("Failure", "Success", "", None))),
        ),
        "resources": st.lists(st.fixed_dictionaries({"ARN": texts}), max_size=2),
    },
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """An event's bytes, written in one of the ways JSON allows."""
    event = draw(events)
    text = json.dumps(
        event, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from((None, 1)))
    )
    if draw(st.booleans()):
        text = text.replace("/", "\\/")
    if draw(st.booleans()):
        # Any letter of a string may be an escape, here the first r of every key and value.
        text = text.replace("r", "\\u0072").replace("t\\u0072ue", "true")
    return text.encode("utf-8", "surrogateescape")


pieces = st.text(st.sampled_from('aeirsCK\u212a/\\"*(),- .1\n\x00\u00df'), max_size=4)
wilds = st.lists(
    st.one_of(pieces, st.sampled_from(("i", "e", "a", "1", ""))), min_size=2, max_size=4
)


def _wild(parts: list[str]) -> s.Wild:
    inner = [p for p in parts[1:-1] if p]
    return s.Wild((parts[0], *inner, parts[-1]))


compares = st.builds(
    lambda op, n: s.Compare(op, str(n), n),
    st.sampled_from((">", ">=", "<", "<=")),
    st.sampled_from((0, 10, 999, 1.5, -3)),
) | st.builds(
    lambda op: s.Compare(op, "2024-01-15T09:14:05Z", 1705310045000, is_time=True),
    st.sampled_from((">", ">=", "<", "<=")),
)
regexes = st.builds(
    s.Regex,
    st.sampled_from(
        (
            "a",
            "^i",
            "e$",
            "a/b",
            "A.*e",
            "[0-9]+",
            "\\\\",
            "x|y",
            "\x00",
            "\u202e.*",
            "\\\\u202e",
            "[\u3164x]",
            "\u0301",
        ),
    ),
    st.booleans(),
)
values: st.SearchStrategy[s.Value] = st.one_of(
    st.builds(s.Text, st.one_of(texts, pieces, broken)),
    wilds.filter(any).map(_wild),
    regexes,
    st.just(s.Present()),
    compares,
)
blocks = st.sampled_from(("10.0.0.0/8", "10.1.2.3/32", "2001:db8::/32", "0.0.0.0/0"))
columns = (
    st.sampled_from((*COLUMNS, *ADDED, "id"))
    .filter(lambda c: c not in ("oddity", "target", "link"))
    .map(s.Column)
)
paths = st.one_of(
    st.lists(st.one_of(st.sampled_from(KEYS), pieces), max_size=2).map(
        lambda keys: s.Path(("requestParameters", *keys))
    ),
    st.sampled_from(
        (
            ("eventTime",), ("errorCode",), ("responseElements", "ConsoleLogin"),
            ("resources", "ARN"), ("userIdentity", "accountId"),
            ("eventname",), ("userIdentity", "type"), ("is",), ("name",),
        )
    ).map(s.Path),
)  # fmt: skip


def _terms(
    field: st.SearchStrategy[Any], value: st.SearchStrategy[s.Value]
) -> st.SearchStrategy[s.Term]:
    return st.builds(s.Term, field, st.lists(value, min_size=1, max_size=3).map(tuple))


times = st.one_of(
    st.builds(
        lambda name, text: f"{name}:{text}",
        st.sampled_from(TIMES),
        st.sampled_from((*TIMES_, "yesterday", "24h", "2024-01-15", '"15 Jan 2024"')),
    ),
    st.sampled_from(("at:2024-01-15T09:10+-5m", "eventTime:>2024-01-15", "eventTime:<=now")),
).map(lambda text: parse(text, NOW))
flags = st.sampled_from(sorted(FLAGS)).flatmap(
    lambda prefix: st.lists(st.sampled_from(sorted(FLAGS[prefix])), min_size=1, max_size=2).map(
        lambda names: s.Flag(prefix, tuple(names))
    )
)
leaves: st.SearchStrategy[s.Node] = st.one_of(
    _terms(columns, values),
    _terms(st.just(s.Column("ip")), st.builds(s.Network, blocks)),
    _terms(paths, values),
    st.builds(s.Word, st.one_of(texts, pieces.filter(bool))),
    flags,
    times,
)
nodes: st.SearchStrategy[s.Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(s.all_of),
        st.lists(inner, min_size=1, max_size=3).map(s.any_of),
        inner.map(s.negate),
    ),
    max_leaves=6,
)
