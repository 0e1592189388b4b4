"""Lines that any reader takes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.exporters.jsonl import is_unicode, json_line, json_text

ANY = st.text(st.characters(exclude_categories=()))


@given(st.dictionaries(ANY, ANY | st.lists(ANY) | st.integers() | st.none()))
def test_any_row_is_one_line_of_valid_utf8(row):
    line = json_line(row)
    assert line.encode().decode().splitlines() == [line[:-1]]
    json.loads(line)


@given(st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False, allow_infinity=False)))
def test_what_was_written_is_read_again(row):
    assert json.loads(json_line(row)) == row
    assert json.loads(json_text(row)) == row


@pytest.mark.parametrize("text", ["Mühle", "水車", "طاحونة", "🦀", "a\\u2028b", '"quoted"'])
def test_letters_of_all_scripts_are_written_as_they_are(text):
    assert json_line({"a": text}) == '{"a": ' + json.dumps(text, ensure_ascii=False) + "}\n"


@pytest.mark.parametrize("code", [0x00, 0x0B, 0x1F, 0x7F, 0x85, 0x9F, 0x2028, 0x2029])
def test_line_ends_and_controls_are_escaped(code):
    assert json_line({"a": chr(code)}) == f'{{"a": "\\u{code:04x}"}}\n'


def test_half_a_character_becomes_a_replacement_mark():
    assert json_line({"a": "x\ud83d"}) == '{"a": "x\ufffd"}\n'
    assert not is_unicode("x\ud83d")
    assert is_unicode("x\U0001f980")


def test_keys_keep_their_order():
    assert json_line({"b": 1, "a": 2}) == '{"b": 1, "a": 2}\n'


def test_numbers_that_json_does_not_know_are_an_error():
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_line({"a": float("nan")})
