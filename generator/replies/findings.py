"""The names of all repairs and defects, and the small functions that make findings of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from generator.records import Defect, RawPair

Finding = RawPair | Defect

REPAIRS: Final = {
    "backslashes": "a backslash that JSON does not allow, or one that belongs to LaTeX, was kept",
    "bare_strings": "question and answer stood in a list without keys",
    "comment": "a comment inside a record was left out",
    "control_characters": "a string held raw line breaks, tabs or other control characters",
    "double_encoded": "the JSON was written inside a JSON string",
    "doubled_quotes": 'quotes were doubled as in CSV: {""prompt"": …}',
    "duplicate_key": "a key stood twice in one object; its last value counts, as in JSON",
    "escaped_quotes": 'bare JSON had its quotes escaped: {\\"prompt\\": …}',
    "extra_comma": "a comma too many",
    "extra_quote": "a quote too many at the beginning or the end of a string",
    "html_escaped": "the whole record was HTML-escaped: {&quot;prompt&quot;: …}",
    "inner_quotes": "quotes inside a string were not escaped",
    "instruction_input": "instruction and input were joined to one prompt",
    "joined_records": "one object held several pairs one after the other",
    "joined_strings": 'a value was put together with +: "…" + "…"',
    "labelled": "the pair stood under labels (Q: A:, YAML, headings) instead of in JSON",
    "misspelt_key": "a key was misspelt",
    "missing_brace": "the brace that opens or closes a record was missing",
    "missing_comma": "a comma between two values was missing",
    "missing_quote": "the quote that opens or closes a string was missing",
    "number": "a number stands for a text; its digits were kept as written",
    "odd_quotes": "strings stood in quotes other than the straight double ones",
    "odd_separator": "key and value were not separated by a colon",
    "question_as_key": "the question was the key, the answer its value",
    "question_line": "the question stood on a line of its own, the answer below or behind it",
    "split_surrogates": "the two halves of one character were joined",
    "table": "the pair stood in a Markdown table or in comma- or tab-separated lines",
    "tags": "the pair stood in tags instead of in JSON",
    "unquoted_key": "a key had no quotes",
    "unquoted_value": "a text had no quotes",
}
"""Name of a repair -> what it says about the reply."""

DEFECTS: Final = {
    "ambiguous": "a record could be read in more than one way",
    "empty": "the reply has no text",
    "empty_completion": "the completion is empty or null",
    "empty_prompt": "the prompt is empty or null",
    "missing_completion": "a record has a prompt and no completion",
    "missing_prompt": "a record has a completion and no prompt",
    "no_pairs": "nothing in the reply looks like a pair",
    "not_json": "a record is damaged beyond repair",
    "not_text": "a value is true, false, a list or an object where a text must be",
    "not_utf8": "a text holds half a character and cannot be stored",
    "only_thinking": "the reply is thinking and nothing after it",
    "placeholder": "the format was repeated instead of filled: <question>, …",
    "refusal": "the model refuses",
    "truncated": "the reply was cut here; what was cut is not closed and passed as whole",
    "unfinished_thinking": "the reply was cut while the model was still thinking",
}
"""Reason of a defect -> what it means."""


class Found(NamedTuple):
    """What a reader of another form than JSON found."""

    findings: list[Finding]
    is_end_proven: bool = False
    """Whether the form shows where the last pair ends: a closing tag, a bar, a quote."""


_EXCERPT = 200


def defect(reason: str, text: str) -> Defect:
    """A defect with the beginning of the text that it is about, fit to be stored as UTF-8."""
    head = text[: 4 * _EXCERPT].strip()[:_EXCERPT]
    return Defect(reason=reason, excerpt=head.encode("utf-8", "replace").decode("utf-8"))


def merge(*names: Iterable[str]) -> tuple[str, ...]:
    """Names of repairs without repetition, in order of first mention."""
    return tuple(dict.fromkeys(name for some in names for name in some))
