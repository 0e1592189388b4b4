"""Refuses answers to one half of a question that has two."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.languages import common_words
from generator.checks.phrases import Phrases
from generator.checks.questions import abstains, has_gap
from generator.checks.texts import Text, read

_W = r"(?:what|who|whom|when|where|why|how|which|whose|(?:in|on|at|by|for|from|to|with|of) (?:what|which|whom))"
TWO = Phrases({
    "en": rf"{_W}\b.{{3,200}}[ ,]and (?:then )?(?:also )?{_W}", "de": r"(?:was|wer|wem|wen|wann|wo|warum|wie|welche[rsmn]?|wozu|womit|woraus)\b.{3,200}[ ,]und (?:\w+ )?(?:was|wer|wem|wen|wann|wo|warum|wie|welche[rsmn]?|wozu|womit|woraus)", "fr": r"(?:qui|que|quoi|quand|où|pourquoi|comment|combien|quel(?:le)?s?)\b.{3,200}[ ,]et (?:\w+ )?(?:qui|que|quand|où|pourquoi|comment|combien|quel(?:le)?s?|à quel\w*)",
    "es": r"(?:qué|quién|cuándo|dónde|por qué|cómo|cuál|cuánt[oa]s?)\b.{3,200}[ ,]y (?:\w+ )?¿?(?:qué|quién|cuándo|dónde|por qué|cómo|cuál|cuánt[oa]s?)", "it": r"(?:che|chi|quando|dove|perché|come|quale|quant\w)\b.{3,200}[ ,]e (?:\w+ )?(?:che|chi|quando|dove|perché|come|quale|quant\w)", "pt": r"(?:que|quem|quando|onde|por que|como|qual|quant\w+)\b.{3,200}[ ,]e (?:\w+ )?(?:o que|quem|quando|onde|por que|como|qual|quant\w+)",
    "nl": r"(?:wat|wie|wanneer|waar|waarom|hoe|welke?)\b.{3,200}[ ,]en (?:wat|wie|wanneer|waar|waarom|hoe|welke?)", "ru": r"(?:что|кто|когда|где|почему|как\w*|сколько)\b.{3,200}[ ,]и (?:\w+ )?(?:что|кто|когда|где|почему|как\w*|сколько)", "uk": r"(?:що|хто|коли|де|чому|як\w*|скільки)\b.{3,200}[ ,](?:і|й|та) (?:\w+ )?(?:що|хто|коли|де|чому|як\w*|скільки)", "tr": r"(?:ne|kim|nerede|neden|nasıl|hangi|kaç)\w*\b.{3,200}[ ,]ve .{0,40}(?:ne|kim|nerede|neden|nasıl|hangi|kaç)\w*",
    "ar": r"(?:ما|ماذا|من|متى|أين|لماذا|كيف|كم)\b.{3,200} و(?:ما|ماذا|من|متى|أين|لماذا|كيف|كم)", "ja": r"(?:誰|何|いつ|どこ|なぜ|どう|いくつ).{1,40}(?:で、|し、|て、|また、|そして).{0,40}(?:誰|何|いつ|どこ|なぜ|どう|いくつ)", "zh": r"(?:谁|什么|何时|哪|为什么|多少|几).{1,40}[,，;；](?:.{0,10})(?:谁|什么|何时|哪|为什么|多少|几)",
})  # fmt: skip
LONGEST = 8
"""Words at most of an answer that is believed to hold one thing."""
_RANGE = re.compile(r"(\d) ?(?:and|to|und|bis|et|à|y|a|e|и|до|ve|ile|–|-|から|至) ?(?=\d)")


def new() -> Check:
    """A check with the reason `incomplete_answer`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    prompt, completion, passage = (
        read(text) for text in (candidate.prompt, candidate.completion, candidate.passage)
    )
    if completion.length > LONGEST or "`" in completion.raw or has_gap(prompt):
        return KEEP
    asked = TWO.find_in(prompt, passage)
    if not asked or _is_of_one(asked) or abstains(completion, passage):
        return KEEP
    is_same_twice = (same := _SAME.match(asked)) is not None and same[1] not in _ARE_MANY
    if _has_two(completion, prompt) and (not is_same_twice or _is_joined(completion)):
        return KEEP
    return Opinion(
        keep=False, reason=f"incomplete_answer {completion.folded[:60]!r} to {asked[-60:]!r}"
    )


_SAME = re.compile(r"(\w+)\b.*[ ,](?:and|und|et|y|e|en|и|ve) (?:\w+ )?\1\Z")
"""The same question word twice: `what … and what`, which wants two of a kind."""
_ARE_MANY = frozenset("which how welche quel quelle cuál".split())
"""Question words that ask for different things together with the word behind them."""
_JOINT = re.compile(
    r"[,;:–—(\[&、，・]|[.!?] |\b(?:and|but|while|whereas|although|though|then|to|until|or|both|same|also|later|before|after|with|und|aber|während|bis|oder|beide\w*|auch|später|et|mais|puis|ou|à|aussi|avec|y|pero|mientras|hasta|o|también|luego|con|и|а|но|до|затем|или|тоже|ve|ama|ise|veya|sonra|da|de|ile)\b"
)


def _is_joined(completion: Text) -> bool:
    """Whether an answer has something between two things: a mark, "and", "until"."""
    return bool(_JOINT.search(completion.lower.rstrip(" .。!")))


def _is_of_one(asked: str) -> bool:
    """Whether the second question word only goes on with a clause: `the man who … and who …`."""
    last = asked.rsplit(" ", 1)[-1]
    asks_first = _FIRST.match(asked)
    clauses = asked[asks_first.end() : -len(last)] if asks_first else asked[: -len(last)]
    return last in _RELATIVE and f" {last} " in clauses


_FIRST = re.compile(r"(?:(?:in|on|at|by|for|from|to|with|of|à|de|en|a) )?\w+")
"""The question word that opens a question, with the preposition before it: `in which`."""


_RELATIVE = frozenset("who which whose whom where when qui que quien donde".split())


def _has_two(completion: Text, prompt: Text) -> bool:
    """Whether the answer has two things that the question has not, with other words or marks between."""
    common, groups, at = common_words(completion.language or prompt.language), 0, -1
    text = Text(_RANGE.sub(r"\1", completion.folded))
    for place, (word, own) in enumerate(zip(text.words, text.bare_words, strict=True)):
        if own in common or prompt.knows(own):
            continue
        is_next = (
            at >= 0
            and place == at + 1
            and text.folded[text.words[at].end : word.start] in {" ", "-", "'", ". "}
        )
        groups, at = groups + (not is_next), place
    return groups > 1 or (text.is_unspaced and bool(re.search("[、，と和・]", text.folded)))
