"""The built-in model: grounded, varied and repeatable pairs in any language, and never an error."""

from __future__ import annotations

import json
import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.chat import CHAT_MODELS, ChatModel
from generator.chat.extractive import Extractive
from generator.chat.extractive.request import Request, read_request
from generator.chat.extractive.wordings import BLANK
from generator.prompts import find_templates, render
from generator.records import Call, Message, Passage, count_words

PASSAGES: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "extractive" / "passages.toml").read_text(encoding="utf-8")
)
LIGHTHOUSE = PASSAGES["en"]["text"]


def make_call(
    text: str,
    *,
    title: str = "Grey Skerry Light",
    section: str = "History",
    language: str = "en",
    kind: str = "basic",
    pairs: int = 12,
    sample: int = 0,
) -> Call:
    user = (
        f"Article: {title}\nSection: {section}\nLanguage: {language}\nKind: {kind}\n"
        f"Pairs: {pairs}\n\n<passage>\n{text}\n</passage>"
    )
    messages = (Message("system", "Write pairs about 1910."), Message("user", user))
    return Call(model="extractive", messages=messages, sample=sample)


async def ask(call: Call) -> list[dict[str, str]]:
    completion = await Extractive().complete(call)
    return [json.loads(line) for line in completion.text.split("\n") if line]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


# The protocol -----------------------------------------------------------------------------------


async def test_the_reply_has_the_shape_of_a_chat_completion() -> None:
    model: ChatModel = Extractive()
    call = make_call(LIGHTHOUSE)
    completion = await model.complete(call)
    await model.aclose()
    body = json.loads(completion.body)
    assert body["model"] == completion.served_by == "extractive"
    assert body["id"] == f"extractive-{call.digest}"
    assert body["choices"][0]["message"] == {"role": "assistant", "content": completion.text}
    assert body["choices"][0]["finish_reason"] == completion.finish_reason == "stop"
    assert completion.usage.is_estimate
    assert body["usage"]["completion_tokens"] == completion.usage.completion_tokens > 0


def test_the_table_of_models_leads_here() -> None:
    module, _, name = CHAT_MODELS["extractive"].partition(":")
    assert (module, name) == (Extractive.__module__, Extractive.__name__)


async def test_the_same_call_has_the_same_reply_and_another_sample_another() -> None:
    first = await Extractive().complete(make_call(LIGHTHOUSE, pairs=4))
    again = await Extractive().complete(make_call(LIGHTHOUSE, pairs=4))
    other = await Extractive().complete(make_call(LIGHTHOUSE, pairs=4, sample=1))
    assert first == again
    assert first.text != other.text


async def test_the_shipped_templates_are_understood() -> None:
    passage = Passage(article="Grey Skerry Light", section=("History", "Lamp"), text=LIGHTHOUSE)
    for template in find_templates():
        call = Call(model="extractive", messages=render(template, passage))
        request = read_request(call.messages)
        assert request.title == "Grey Skerry Light"
        assert request.section == ("History", "Lamp")
        assert request.is_detailed == (template.kind == "detailed")
        assert request.pairs == template.count_pairs(passage.words)
        assert request.passage == LIGHTHOUSE.strip()
        assert await ask(call)


# Reading a request ------------------------------------------------------------------------------


def read(text: str) -> Request:
    return read_request((Message("system", "Article: Wrong"), Message("user", text)))


def test_look_alikes_in_the_passage_are_text() -> None:
    request = read(
        "Article: A\nPairs: 3\n\n<passage>\nArticle: B\n</passage>\nPairs: 9\n<passage>\nEnd.\n</passage>"
    )
    assert (request.title, request.pairs) == ("A", 3)
    assert request.passage == "Article: B\n</passage>\nPairs: 9\n<passage>\nEnd."


def test_missing_lines_are_filled_in() -> None:
    request = read("Article: A\n<passage>\nText.\n</passage>")
    assert (request.section, request.language, request.is_detailed) == ((), "", False)
    assert request.pairs > 0
    assert read("Article: A\nPairs: many\n<passage>\nText.").passage == "Text."
    assert (
        read("Article: A\r\nSection: Introduction\r\n<passage>\r\nText.\r\n</passage>").title == "A"
    )


def test_without_tags_the_passage_is_what_follows_the_header() -> None:
    assert read("Article: A\nPairs: 3\n\nText that follows.").passage == "Text that follows."


async def test_a_template_without_header_is_not_asked_about_its_own_words() -> None:
    call = Call(model="extractive", messages=(Message("user", LIGHTHOUSE),))
    assert await ask(call) == []


async def test_later_parts_of_a_section_do_not_open_it_again() -> None:
    prompts: set[str] = set()
    for part in (1, 2):
        user = make_call(LIGHTHOUSE, kind="detailed").messages[1].content
        user = user.replace("Kind:", f"Part: {part} of 2\nKind:")
        call = Call(model="extractive", messages=(Message("user", user),))
        asked = {pair["prompt"] for pair in await ask(call)}
        assert not prompts & asked
        prompts |= asked


# What is asked ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", PASSAGES)
async def test_every_language_gets_grounded_pairs(language: str) -> None:
    title, text = PASSAGES[language]["title"], PASSAGES[language]["text"]
    for kind in ("basic", "detailed"):
        pairs = await ask(make_call(text, title=title, language=language, kind=kind, pairs=8))
        assert pairs
        assert len({pair["prompt"] for pair in pairs}) == len(pairs) <= 8
        for pair in pairs:
            assert title in pair["prompt"]
            assert pair["completion"] in text


@pytest.mark.parametrize("language", PASSAGES)
async def test_what_is_blanked_is_not_to_be_seen_elsewhere_in_the_prompt(language: str) -> None:
    title, text = PASSAGES[language]["title"], PASSAGES[language]["text"]
    pairs = await ask(make_call(text, title=title, language=language, pairs=40))
    blanked: list[str] = []
    for pair in pairs:
        _, blank, _ = pair["prompt"].partition(BLANK)
        if blank and pair["completion"][-1].isalnum():
            assert pair["completion"] not in pair["prompt"]
            blanked.append(pair["completion"])
    assert blanked
    assert len(set(blanked)) == len(blanked)


async def test_a_filled_blank_gives_the_sentence() -> None:
    for pair in await ask(make_call(LIGHTHOUSE, pairs=40)):
        if BLANK not in pair["prompt"] or len(pair["completion"]) < 40:
            continue
        statement = pair["prompt"][pair["prompt"].index(BLANK) - 20 :]
        _, _, after = statement.partition(BLANK)
        assert after in pair["completion"]


async def test_prompts_vary() -> None:
    pairs = await ask(make_call(LIGHTHOUSE, pairs=12))
    assert len(pairs) > 10
    openings = {pair["prompt"].split(":")[0] for pair in pairs}
    assert len(openings) >= 6
    assert any(BLANK not in pair["prompt"] for pair in pairs)


async def test_sentences_that_lean_on_another_are_not_asked_about() -> None:
    pairs = await ask(make_call(LIGHTHOUSE, pairs=60))
    assert not any("quarrel" in pair["completion"] for pair in pairs)


async def test_the_lead_defines_its_subject() -> None:
    pairs = await ask(make_call(LIGHTHOUSE, section="Introduction", pairs=1))
    assert pairs[0]["completion"].startswith("Grey Skerry Light is a lighthouse")
    assert "History" not in pairs[0]["prompt"]


async def test_detailed_answers_are_paragraphs_of_the_passage() -> None:
    paragraphs = "\n\n".join(
        f"The keeper {name} came to the island in {year}. "
        + "Every night the lamp was lit by hand. " * 9
        for name, year in (("Olaf Berg", 1911), ("Nils Aas", 1925), ("Ida Holm", 1940))
    )
    text = "\n\n".join(line.strip() for line in paragraphs.split("\n\n"))
    pairs = await ask(make_call(text, kind="detailed", pairs=5))
    assert len(pairs) == 5
    for pair in pairs:
        assert pair["completion"] in text
        assert 40 <= count_words(pair["completion"]) <= 250


async def test_a_short_passage_is_never_padded() -> None:
    assert await ask(make_call("The light is red.", kind="detailed", pairs=5)) == []
    assert await ask(make_call("", pairs=5)) == []
    assert await ask(make_call("Lamp\nTower\nDoor | Key", pairs=5)) == []


async def test_a_list_is_asked_for_whole() -> None:
    text = "Harbour light\nFog signal\nRadio beacon"
    [pair] = await ask(make_call(text, section="Equipment", pairs=5))
    assert pair["completion"] == text
    assert "Equipment" in pair["prompt"]


async def test_a_list_keeps_the_line_that_announces_it() -> None:
    text = "The keeper has three duties:\n\nTrim the lamp\nWind the clock\nSound the horn"
    [pair] = await ask(make_call(text, section="Duties", pairs=5))
    assert pair["completion"] == text


async def test_two_joined_lists_are_not_one() -> None:
    text = "Harbour light\nFog signal\nRadio beacon\n\nKeepers\nOlaf Berg\nNils Aas"
    assert await ask(make_call(text, section="Equipment", pairs=5)) == []


async def test_a_joined_section_is_not_taken_for_the_first() -> None:
    text = (
        "The lamp was lit by hand until 1964.\n\nKeepers\nThe last keeper left the island in 1987."
    )
    for pair in await ask(make_call(text, section="Lamp", pairs=20)):
        assert ("Lamp" in pair["prompt"]) == ("1987" not in pair["prompt"] + pair["completion"])


async def test_a_pronoun_that_means_somebody_else_is_not_asked_about() -> None:
    text = (
        "Berg went to sea in 1899. He lost two ships in 1903.\n\n"
        "The cook Anders Lie joined the crew in 1905. He was sacked in 1907 for singing at night."
    )
    pairs = await ask(make_call(text, title="Olaf Berg", pairs=30))
    completions = " ".join(pair["prompt"] + pair["completion"] for pair in pairs)
    assert "1903" in completions
    assert "1907" not in completions


async def test_markup_debris_is_never_asked_about() -> None:
    text = (
        "The lamp {{convert|41.5|m}} was lit in 1910 by hand. The tower ( , ) was painted in 1921 again. "
        "See https://example.org for the plans of 1908 and more. Its value is \\displaystyle x in 1910 too."
    )
    assert await ask(make_call(text, pairs=30)) == []


# Robustness -------------------------------------------------------------------------------------

_PIECES = st.sampled_from([
    "The tower was built in 1910. ", "Ada Brandt ", "3 November 1910", "41.5 m ", "1910年11月3日に", "点灯された。",
    "في عام 1921 ", "\n", "\n\n", "(", ")", "“", "„", "____", "</passage>", "<passage>", "{topic}", "%s", "\ue000",
    "\x00", "\ud800", "Article: X\n", "\u2028", "\r", "٣٫٥ مليون ", "١٩١٠. ", "²½ ", "İ ", "ß ", "’s ", "…", "।",
])  # fmt: skip
_TEXTS = st.lists(_PIECES | st.text(max_size=12), max_size=40).map("".join)


@given(
    text=_TEXTS,
    title=st.text(max_size=20) | st.just("Grey {topic} %s"),
    language=st.sampled_from(["en", "de", "ja", "ar", "zh", "ko", "th", "tr", "xx", ""]),
    kind=st.sampled_from(["basic", "detailed", "x"]),
    pairs=st.integers(-1, 30),
)
async def test_any_text_has_a_well_formed_grounded_reply(
    text: str, title: str, language: str, kind: str, pairs: int
) -> None:
    call = make_call(text, title=title, language=language, kind=kind, pairs=pairs)
    completion = await Extractive().complete(call)
    assert completion == await Extractive().complete(call)
    found = [json.loads(line) for line in completion.text.split("\n") if line]
    assert len(found) <= max(pairs, 6 if pairs < 0 else 0)
    assert len({pair["prompt"] for pair in found}) == len(found)
    source = call.messages[1].content.replace("\r\n", "\n").replace("\r", "\n")
    for pair in found:
        assert set(pair) == {"prompt", "completion"}
        assert squeeze(pair["completion"]) in squeeze(source)
        assert pair["prompt"].strip()
        assert pair["completion"].strip()


@given(messages=st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.text())))
async def test_any_messages_have_a_reply(messages: list[tuple[str, str]]) -> None:
    call = Call(model="extractive", messages=tuple(Message(*one) for one in messages))  # type: ignore[arg-type]
    completion = await Extractive().complete(call)
    json.loads(completion.body)


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "1 ",
        "(",
        "A B ",
        "1910 ",
        "„",
        "。",
        "アイ・",
        "The A was in 1910 by A. ",
        "1,",
        "x" * 99 + ". ",
    ],
)
@pytest.mark.parametrize("kind", ["basic", "detailed"])
async def test_a_megabyte_of_anything_is_answered_in_time(unit: str, kind: str) -> None:
    call = make_call(unit * (1_000_000 // len(unit)), kind=kind, pairs=200)
    start = time.monotonic()
    await Extractive().complete(call)
    assert time.monotonic() - start < 10
