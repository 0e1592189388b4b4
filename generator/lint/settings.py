"""Rules about the header: settings that contradict each other, the text, or the endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from generator.chat.wire import OWN
from generator.estimate import PAIR_TOKENS
from generator.lint.spots import Spot, plain_parts
from generator.lint.text import fold
from generator.prompts import Draft

KNOWN = (
    "temperature", "top_p", "max_tokens", "max_completion_tokens", "reasoning_effort", "seed", "stop",
    "presence_penalty", "frequency_penalty", "response_format", "logit_bias", "verbosity", "user",
    "service_tier", "top_k", "min_p", "repetition_penalty", "repeat_penalty", "length_penalty",
    "typical_p", "mirostat", "num_ctx", "num_predict", "guided_json", "guided_regex", "grammar",
    "chat_template_kwargs", "enable_thinking", "thinking", "prompt_cache_key", "metadata", "store",
    "logprobs", "top_logprobs", "best_of", "use_beam_search", "ignore_eos", "min_tokens",
    "safety_identifier", "extra_body",
)  # fmt: skip
"""Settings of chat completions: those of OpenAI, and those that local servers add."""

RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "max_tokens": (1, 10_000_000),
    "max_completion_tokens": (1, 10_000_000),
}
"""What endpoints take (OpenAI's reference of chat completions); tokens without an upper bound."""
WHOLE = frozenset({"max_tokens", "max_completion_tokens"})

ALIKE = 0.75
"""From here on a name is taken for another one misspelt."""


def _model(draft: Draft) -> Mapping[str, Any]:
    found = draft.settings.get("model")
    return found if isinstance(found, dict) else {}


def unused_bounds(draft: Draft) -> Iterator[Spot]:
    """Bounds of a number that is given."""
    if isinstance(draft.settings.get("pairs"), int):
        for name in ("words_per_pair", "min_pairs", "max_pairs"):
            if name in draft.settings:
                message = f"{name} says nothing beside pairs = {draft.settings['pairs']}"
                yield Spot(line=draft.line_of(name), message=message)


_COUNT = re.compile(
    fold(
        r"\b(\d{1,3}) (?:\w+ ){0,2}?(?:pairs?|questions?|q&as?|paare?|fragen|paires?|pares|parejas"
        r"|preguntas|perguntas|domande|coppie|пар|вопрос\w*|soru|أسئلة|أزواج|سؤالا?|زوجا?)(?!\w)"
        r"|(\d{1,3}) ?(?:個|組|件|つ|问|個の|組の|对|個問)"
    )
)


def fixed_count(draft: Draft) -> Iterator[Spot]:
    """A number of pairs in the text that is not the header's."""
    if draft.template is None:
        return
    template = draft.template
    meant = {template.min_pairs, template.max_pairs}
    wanted = f"{template.min_pairs} to {template.max_pairs} by the length of the passage"
    if template.pairs != "auto":
        meant, wanted = {template.pairs}, str(template.pairs)
    for plain in plain_parts(draft):
        for match in _COUNT.finditer(fold(plain.text)):
            count = int(match[1] or match[2])
            if count not in meant and count > 1:
                message = f"the text asks for {count} pairs, the header for {wanted}"
                yield Spot(line=_line_of(plain.line, fold(plain.text), match), message=message)


def _line_of(first: int, text: str, match: re.Match[str]) -> int:
    return first + text.count("\n", 0, match.start())


def reply_too_short(draft: Draft) -> Iterator[Spot]:
    """Less room than the pairs asked for need."""
    most = _model(draft).get("max_tokens")
    if draft.template is None or not isinstance(most, int):
        return
    template = draft.template
    pairs = template.max_pairs if template.pairs == "auto" else template.pairs
    needed = pairs * PAIR_TOKENS.get(template.kind, min(PAIR_TOKENS.values()))
    if 0 < most < needed:
        message = f"max_tokens = {most} cuts off {pairs} pairs, which take about {needed:,} tokens"
        yield Spot(line=draft.line_of("model.max_tokens"), message=message)


def temperature_while_reasoning(draft: Draft) -> Iterator[Spot]:
    """What models that think refuse."""
    model = _model(draft)
    effort = model.get("reasoning_effort")
    if effort in (None, "none"):
        return
    for name in ("temperature", "top_p"):
        if name in model:
            message = f"models refuse {name} while they reason (reasoning_effort = {effort!r})"
            yield Spot(line=draft.line_of(f"model.{name}"), message=message)


def two_limits(draft: Draft) -> Iterator[Spot]:
    """The most tokens, said twice."""
    model = _model(draft)
    if "max_tokens" in model and "max_completion_tokens" in model:
        message = "max_tokens and max_completion_tokens are the same setting"
        yield Spot(line=draft.line_of("model.max_completion_tokens"), message=message)


def reserved_setting(draft: Draft) -> Iterator[Spot]:
    """What a prompt file cannot say: its calls would be refused."""
    for name in sorted(OWN & set(_model(draft))):
        message = f"{name!r} is not for the prompt file to set; its calls are refused"
        yield Spot(line=draft.line_of(f"model.{name}"), message=message)


def misspelt_setting(draft: Draft) -> Iterator[Spot]:
    """A name that is nearly a known one."""
    for name in _model(draft):
        if name in KNOWN or name in OWN:
            continue
        near = get_close_matches(name, KNOWN, n=1, cutoff=ALIKE)
        if near:
            message = f"unknown setting {name!r} of the model; did you mean {near[0]!r}?"
            yield Spot(line=draft.line_of(f"model.{name}"), message=message)


def bad_value(draft: Draft) -> Iterator[Spot]:
    """A value beyond what endpoints take."""
    for name, value in _model(draft).items():
        if name not in RANGES:
            continue
        least, most = RANGES[name]
        kinds = int if name in WHOLE else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
            range_ = f"a whole number from {least:g}" if name in WHOLE else f"{least:g} to {most:g}"
            message = f"{name} = {value!r} cannot be: it takes {range_}"
            yield Spot(line=draft.line_of(f"model.{name}"), message=message)


_TWO_PAIRS = '{"prompt": "?", "completion": "."}\n{"prompt": "?", "completion": "."}'


def stop_ends_reply(draft: Draft) -> Iterator[Spot]:
    """A stop sequence that stands in every good reply."""
    stop = _model(draft).get("stop")
    for one in stop if isinstance(stop, list) else [stop]:
        if isinstance(one, str) and one and one in _TWO_PAIRS:
            message = f"stop = {one!r} stands in every reply that is asked for"
            yield Spot(line=draft.line_of("model.stop"), message=message)


_LINES = re.compile(r"\bjson ?lines?\b|\bjsonl\b|\bobject (?:per|on each|a) line\b")


def one_object_only(draft: Draft) -> Iterator[Spot]:
    """JSON Lines from an endpoint that is told to write one JSON value."""
    form = _model(draft).get("response_format")
    kind = form.get("type") if isinstance(form, dict) else None
    if kind not in ("json_object", "json_schema"):
        return
    for plain in plain_parts(draft):
        if match := _LINES.search(fold(plain.text)):
            message = f"the text asks for {match[0]!r}, response_format for one {kind}"
            yield Spot(line=draft.line_of("model.response_format"), message=message)
            return
