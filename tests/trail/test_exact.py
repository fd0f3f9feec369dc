"""What is parsed can be written back as it was, whatever was in it."""

from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctexplore.trail.exact import MAX_DEPTH, MAX_NOTES, JsonError, parse, parse_text
from ctexplore.trail.node import Node, Number, Object, dump, path_of, quote

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=25,
)


def plain(node: Node) -> object:
    """The value the standard library would have decoded."""
    match node:
        case Object():
            return {key: plain(value) for key, value in node.items()}
        case list():
            return [plain(item) for item in node]
        case Number(digits):
            return json.loads(digits)
    return node


def notes(raw: bytes) -> list[str]:
    return [str(note) for note in parse(raw).notes]


@given(json_values, st.booleans(), st.sampled_from([None, 2]))
def test_any_json_reads_as_the_standard_library_reads_it(value, ascii_only, indent):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    parsed = parse(text.encode("utf-8", "surrogatepass"))
    assert plain(parsed.root) == json.loads(text)


@given(json_values, st.booleans())
def test_writing_back_gives_the_same_text(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))
    assert dump(parse_text(text).root) == text


@given(json_values)
def test_writing_back_drops_only_the_space_between_values(value):
    spaced = json.dumps(value, indent=1)
    assert dump(parse_text(spaced).root) == json.dumps(value, separators=(",", ":"))


@given(st.binary() | st.text(alphabet='{}[]",:0123456789.eE+-truefalsnNI \\\n\x1b').map(str.encode))
def test_any_bytes_are_json_or_a_clean_error(raw):
    try:
        root = parse(raw).root
    except JsonError as error:
        assert 0 <= error.offset <= len(raw)
        assert f"byte {error.offset:,}" in str(error)
    else:
        assert parse(dump(root).encode("utf-8", "surrogateescape")).root == root


@given(json_values, st.data())
def test_cut_short_is_never_taken_for_whole(value, data):
    raw = json.dumps({"Record": value}).encode()
    with pytest.raises(JsonError):
        parse(raw[: data.draw(st.integers(0, len(raw) - 1))])


@pytest.mark.parametrize(
    "digits",
    ["18446744073709551616", "9" * 5000, "1e400", "-0", "1.50", "0.1000000000000000055", "1E+2"],
)
def test_digits_stay(digits):
    parsed = parse(f'{{"n":{digits}}}'.encode())
    assert parsed.root == Object([("n", Number(digits))])
    assert dump(parsed.root) == f'{{"n":{digits}}}'
    assert parsed.notes == ()


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_json_does_not_know_are_kept_and_noted(word):
    parsed = parse(f'{{"a":[0,{word}]}}'.encode())
    assert dump(parsed.root) == f'{{"a":[0,{word}]}}'
    assert notes(f'{{"a":[0,{word}]}}'.encode()) == [f"{word}, which is not JSON: a[1]"]
    assert not math.isfinite(json.loads(word))


def test_duplicate_keys_stay_in_order_and_the_last_counts():
    parsed = parse(b'{"x":{"b":1,"a":2,"b":3}}')
    inner = parsed.root["x"]
    assert inner.pairs == [("b", Number("1")), ("a", Number("2")), ("b", Number("3"))]
    assert inner["b"] == Number("3")
    assert inner.repeated == {"b"}
    assert notes(b'{"x":{"b":1,"a":2,"b":3}}') == ["duplicate key: x.b"]


def test_one_duplicate_key_makes_two_objects_differ():
    assert parse(b'{"a":1,"a":2}').root != parse(b'{"a":2}').root


@pytest.mark.parametrize("bad", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80"])
def test_bytes_that_are_not_utf8_come_back_unchanged(bad):
    raw = b'{"a":"x' + bad + b'","' + bad + b'":1}'
    parsed = parse(raw)
    assert dump(parsed.root).encode("utf-8", "surrogateescape") == raw
    key = "".join(f"\\udc{byte:02x}" for byte in bad)
    assert notes(raw) == ["not UTF-8: a", f'not UTF-8: "{key}"']


def test_an_escaped_half_pair_is_not_taken_for_a_byte():
    raw = rb'["\udcff","\ud800"]'
    assert dump(parse(raw).root).encode() == raw
    assert notes(raw) == ["half of a surrogate pair: [0]", "half of a surrogate pair: [1]"]


def test_whole_pairs_and_escapes_are_read_and_written_as_they_were():
    raw = rb'["\ud83d\ude00","\u00fc\/\"\\","\u0000"]'
    parsed = parse(raw)
    assert parsed.root == ["😀", 'ü/"\\', "\0"]
    assert dump(parsed.root).encode() == raw
    assert parsed.notes == ()


def test_raw_control_characters_are_kept_and_noted():
    raw = b'{"agent":"a\x1b]52;c;eA==\x07b\n"}'
    parsed = parse(raw)
    assert parsed.root["agent"] == "a\x1b]52;c;eA==\x07b\n"
    assert dump(parsed.root).encode() == raw
    assert notes(raw) == ["raw control character: agent"]


def test_line_ends_between_values_are_not_noted():
    assert notes(b'{\r\n\t"a": [\n1 ] ,"b":{ }}\n') == []


def test_notes_are_bounded():
    raw = b"[" + b",".join([b"NaN"] * 3 * MAX_NOTES) + b"]"
    assert len(parse(raw).notes) == MAX_NOTES


@pytest.mark.parametrize("opening,closing", [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth_up_to_the_limit_works_and_beyond_is_a_clean_error(opening, closing):
    def nested(n):
        return opening * n + b"1" + closing * n

    assert dump(parse(nested(MAX_DEPTH)).root).encode() == nested(MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(JsonError, match="deeper than 1,024 levels"):
            parse(nested(depth))


@pytest.mark.parametrize(
    "raw,reason",
    [
        (b"", "nothing here at byte 0"),
        (b'{"a":1', "the JSON is cut off at byte 6"),
        (b'{"a":1,}', "a key in quotes is missing at byte 7"),
        (b'{"a" 1}', "a colon is missing at byte 5"),
        (b"[1 2]", "a comma or ] is missing at byte 3"),
        (b'["\xff" 2]', "a comma or ] is missing at byte 5"),
        (b"[}", "the wrong closing bracket at byte 1"),
        (b"[01]", "a comma or ] is missing at byte 2"),
        (b"[+1]", "no value at byte 1"),
        (b'["\\q"]', "an unknown escape at byte 2"),
        (b'["abc]', "a text without its closing quote at byte 1"),
        (b"[1] x", "more after the end of the value at byte 4"),
    ],
)
def test_errors_say_what_is_wrong_and_where(raw, reason):
    with pytest.raises(JsonError, match=re.escape(reason)):
        parse(raw)


def test_paths_read_like_the_filter_language():
    assert path_of(("requestParameters", "policyArn")) == "requestParameters.policyArn"
    assert path_of(("resources", 0, "ARN")) == "resources[0].ARN"
    assert path_of(("tags", "a.b", "x y")) == 'tags."a.b"."x y"'
    assert path_of(("aws:Via", 'q"')) == r'"aws:Via"."q\""'
    assert path_of(("\x1b\u202e",)) == r'"\u001b\u202e"'
    assert path_of(()) == ""


def test_quote_makes_json_of_a_text_that_was_never_parsed():
    assert json.loads(quote('a"b\\c\n')) == 'a"b\\c\n'
