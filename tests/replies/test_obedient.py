"""The short way gives what the long way gives."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from generator.replies.obedient import read_obedient
from generator.replies.read import _read_any, read_reply

words = st.text(
    st.sampled_from(list("abcDE ß日本ع0.,?!'\"“”:;()/-_…\\<{[&|\n\t\u200d\x00`*#")),
    min_size=1,
    max_size=30,
)
names = st.sampled_from([("prompt", "completion"), ("question", "answer")])


@given(
    st.lists(st.tuples(names, words, words), min_size=1, max_size=4), st.sampled_from(["", "\n"])
)
@example([(("prompt", "completion"), "...", "...")], "")
@example([(("prompt", "completion"), "<question>", "an answer")], "")
@example([(("question", "answer"), "Q: why?", "A: because")], "\n")
@example([(("prompt", "completion"), "Write a question", "Sorry, I can't help with that.")], "")
@example([(("question", "answer"), "1. What?", " blanks around ")], "")
def test_both_ways_agree(pairs, end):
    lines = [
        json.dumps({ask: prompt, tell: completion}, ensure_ascii=False)
        for (ask, tell), prompt, completion in pairs
    ]
    text = "\n".join(lines) + end
    assert read_reply(text, finish_reason="stop") == _read_any(text, is_cut=False, is_complete=True)


def test_clean_lines_go_the_short_way():
    text = '{"prompt": "Who wrote \\"Agrippina\\"?", "completion": "Händel."}\n'
    assert [pair.prompt for pair in read_obedient(text) or ()] == ['Who wrote "Agrippina"?']


def test_anything_else_goes_the_long_way():
    for text in (
        "",
        "{}",
        'Here: {"prompt": "a", "completion": "b"}',
        '{"prompt": "a"}',
        '{"q": "a", "a": "b"}',
    ):
        assert read_obedient(text) is None
