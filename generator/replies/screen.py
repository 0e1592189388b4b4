"""The last look at a pair that was read: is it text, and is it a pair at all?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from generator.records import RawPair
from generator.replies.findings import Finding, defect, merge

_DOTS = re.compile(r"[\s.…_\-‥。⋯]*[.…_‥⋯][\s.…_\-‥。⋯]*\Z")
_FRAMED = re.compile(
    r"(?:<+|\[+|\{+|\(|＜|«)\s*(?P<inside>[^<>\[\]{}()]{1,80}?)\s*(?:>+|\]+|\}+|\)|＞|»)[.?]?\Z"
)
# What people write where a question or an answer is to go.
_STAND_INS: Final = frozenset(
    """question|answer|prompt|completion|your question|your answer|the question|the answer
    |your question here|your answer here|question here|answer here|question text|answer text
    |a question|its answer|an answer|string|text|str|question 1|answer 1|question1|answer1|q1|a1
    |your prompt|your completion|prompt here|completion here|prompt text|completion text|insert question
    |insert answer|the prompt|the completion|a prompt|a completion|input|output|instruction|response
    |frage|antwort|deine frage|deine antwort|die frage|die antwort|hier die frage|hier die antwort
    |pregunta|respuesta|réponse|pergunta|resposta|domanda|risposta|vraag|antwoord|вопрос|ответ
    |質問|回答|答え|問題|问题|答案|질문|답변|سؤال|السؤال|جواب|الجواب|إجابة|الإجابة|प्रश्न|उत्तर|soru|cevap|pytanie|odpowiedź
    |foo|bar|xxx|todo|tbd|question goes here|answer goes here""".replace("\n", "").replace("    |", "|").split("|")
)  # fmt: skip

_LONGEST: Final = 24
"""Characters of a stand-in at most, with blanks and marks around it; the longest here has 18."""

_NAMES_IN_CODE: Final = frozenset({"string", "str", "text", "input", "output", "foo", "bar", "q"})


def screen(pair: RawPair) -> Finding:
    """The pair if it can be kept, else why not."""
    if _is_plainly_text(pair.prompt) and _is_plainly_text(pair.completion):
        return _storable(pair)
    for side, text in (("prompt", pair.prompt), ("completion", pair.completion)):
        if not text.strip("\ufeff\u200b\u2060 \t\r\n\v\f\0\xa0\u3000"):
            return defect(f"empty_{side}", pair.prompt + pair.completion)
    if _is_placeholder(pair.prompt, pair.completion):
        return defect("placeholder", f"{pair.prompt} | {pair.completion}")
    return _storable(pair)


def _is_plainly_text(text: str) -> bool:
    """Told at a glance, true of nearly all: too long for a stand-in, and neither dots nor a frame."""
    return len(text) > _LONGEST and text[0].isalnum()


def _is_placeholder(prompt: str, completion: str) -> bool:
    """Dots or a framed stand-in on either side, or bare stand-ins on both.

    One side alone may be such a word and right: `string` answers a question about types, `<br>` one
    about tags.
    """
    if any(_DOTS.match(text.strip()) or _is_framed(text) for text in (prompt, completion)):
        return True
    return all(_is_stand_in(text) or _frame(text) is not None for text in (prompt, completion))


def _is_framed(text: str) -> bool:
    """A stand-in between brackets: no answer, unless it is a name in code, like `<input>`."""
    inside = _frame(text)
    return inside is not None and inside.casefold() not in _NAMES_IN_CODE and _is_stand_in(inside)


def _frame(text: str) -> str | None:
    match = _FRAMED.match(text.strip())
    return match["inside"] if match else None


def _is_stand_in(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    words = " ".join(text.replace("_", " ").casefold().split()).strip(" .?!…:")
    return words in _STAND_INS


def _storable(pair: RawPair) -> Finding:
    """Joins halves of characters that stand side by side; a half alone cannot be stored."""
    try:
        pair.prompt.encode()
        pair.completion.encode()
    except UnicodeEncodeError:
        pass
    else:
        return pair
    try:
        prompt, completion = (_join_halves(text) for text in (pair.prompt, pair.completion))
    except UnicodeDecodeError:
        return defect("not_utf8", pair.prompt)
    repairs = merge(pair.repairs, ("split_surrogates",))
    return replace(pair, prompt=prompt, completion=completion, repairs=repairs)


def _join_halves(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
