"""What holds for every text: it never raises, reads back what was written, and invents nothing."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.records import RawPair
from generator.replies import read_reply
from generator.replies.screen import screen

Pairs = list[tuple[str, str]]

_TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.text(st.sampled_from("\"'{}[]:,\\ \n?.aé本ع`“”<>|-#*"), min_size=1, max_size=40),
    st.sampled_from(
        [
            'He said "no".',
            '{"prompt": "p", "completion": "c"}',
            "</think>",
            "<think>",
            "Q: what?\nA: that.",
            "```json\n[]\n```",
            "<|channel|>final<|message|>",
            "| prompt | completion |\n|---|---|\n| a | b |",
            "C:\\new",
            'x", "completion": "y',
            "\\frac{a}{b}",
        ]
    ),
)


def _is_kept(pair: tuple[str, str]) -> bool:
    """Whether a pair passes the last look, and no escape in it can be taken for LaTeX."""
    plain = not any(mark in text for text in pair for mark in "\b\f\r\t\n")
    return plain and isinstance(screen(RawPair(prompt=pair[0], completion=pair[1])), RawPair)


_FRAGMENTS = [
    *(
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ":",
        ",",
        "\\",
        "\n",
        " ",
        "prompt",
        "completion",
        "a?",
        "“",
        "”",
    ),
    *(
        '"prompt": ',
        '"completion": ',
        '"x"',
        "Q: ",
        "\nA: ",
        "<think>",
        "</think>",
        "|",
        "\n|-|-|\n",
    ),
    *(
        "<q>",
        "</q>",
        "<a>",
        "</a>",
        "&quot;",
        '\\"',
        "#",
        "null",
        "1",
        "+",
        "/*",
        "*/",
        "//",
        "(",
        ")",
    ),
    *("=", "```", "\ud83d", "\\ud83d", "\0"),
]

_PAIRS = st.lists(st.tuples(_TEXTS, _TEXTS).filter(_is_kept), max_size=5)


def _lines(pairs: Pairs, *, ascii_only: bool = False) -> list[str]:
    return [
        json.dumps({"prompt": prompt, "completion": completion}, ensure_ascii=ascii_only)
        for prompt, completion in pairs
    ]


def _found(text: str, finish_reason: str | None = None) -> Pairs:
    read = read_reply(text, finish_reason=finish_reason)
    return [(pair.prompt, pair.completion) for pair in read.pairs]


_WRITERS = {
    "lines": lambda pairs: "\n".join(_lines(pairs)),
    "ascii lines": lambda pairs: "\r\n".join(_lines(pairs, ascii_only=True)) + "\r\n",
    "array": lambda pairs: "[" + ", ".join(_lines(pairs)) + "]",
    "pretty array": lambda pairs: json.dumps(
        [{"question": one, "answer": two} for one, two in pairs], indent=2
    ),
    "wrapped": lambda pairs: '{"pairs": [' + ",\n".join(_lines(pairs)) + "]}",
    "fenced": lambda pairs: "Here you are:\n```json\n" + "\n".join(_lines(pairs)) + "\n```\nDone.",
    "concatenated": lambda pairs: "".join(_lines(pairs)),
    "lists": lambda pairs: json.dumps([[one, two] for one, two in pairs], ensure_ascii=False),
    "chats": lambda pairs: "\n".join(
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": one},
                    {"role": "assistant", "content": two},
                ]
            }
        )
        for one, two in pairs
    ),
    "after thinking": lambda pairs: "<think>\nWell.\n</think>\n" + "\n".join(_lines(pairs)),
}


@given(st.text(st.characters(), max_size=300), st.sampled_from([None, "stop", "length", "x"]))
@example("\ud800", None)
@example('{"prompt": "\ud800", "completion": "\x00"}', "length")
@example("\ufeff\ufeff", None)
def test_no_text_raises(text: str, finish_reason: str | None) -> None:
    read = read_reply(text, finish_reason=finish_reason)
    for pair in read.pairs:
        pair.prompt.encode()
        pair.completion.encode()
    for defect in read.defects:
        defect.excerpt.encode()
        assert len(defect.excerpt) <= 200
    assert read.pairs or read.defects


@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=60).map("".join))
def test_no_heap_of_fragments_raises(text: str) -> None:
    read = read_reply(text)
    assert read.pairs or read.defects


@pytest.mark.parametrize("form", _WRITERS)
@given(pairs=_PAIRS)
def test_pairs_are_read_back_as_they_were_written(form: str, pairs: Pairs) -> None:
    assert _found(_WRITERS[form](pairs)) == pairs


@given(_PAIRS.filter(bool), st.data())
def test_a_cut_reply_gives_the_first_pairs_and_no_other(pairs: Pairs, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(["lines", "array", "wrapped", "concatenated", "pretty array"]))
    text = _WRITERS[form](pairs)
    cut = text[: data.draw(st.integers(0, len(text)))]
    for finish_reason in (None, "length"):
        found = _found(cut, finish_reason)
        assert found == pairs[: len(found)]


def test_every_cut_of_a_reply_gives_all_pairs_that_were_closed() -> None:
    pairs = [
        ('What is "Emma"?', 'A novel, "Emma", of 1815: {see} [1].'),
        ("富士山の標高は？", "3,776メートル、「日本一」です。"),
        ("ما عاصمة الأردن؟", "عمّان.\nعاصمة الأردن."),
        ("Wer schrieb „Faust“?", "Goethe, nicht \\Schiller\\."),
    ]
    lines = _lines(pairs)
    text = "\n".join(lines)
    ends = [len("\n".join(lines[: count + 1])) for count in range(len(lines))]
    for at in range(len(text) + 1):
        closed = sum(end <= at for end in ends)
        assert _found(text[:at], "length") == pairs[:closed]
        # Without the word of the endpoint, a last quote right at the end closes the record, too.
        assert _found(text[:at]) in (pairs[:closed], pairs[: closed + 1])


@given(_PAIRS)
def test_reading_twice_finds_the_same(pairs: Pairs) -> None:
    text = "\n".join(_lines(pairs))
    assert read_reply(text) == read_reply(text)
