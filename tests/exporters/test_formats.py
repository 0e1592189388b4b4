"""Rows of every format, and what each of them cannot hold."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from generator.errors import Misconfigured
from generator.exporters import EXPORTERS, ExportOptions, load_exporter
from generator.exporters.jsonl import json_line
from generator.records import Pair


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["system", "user", "assistant"]
    content: Annotated[str, Field(min_length=1)]


class ChatRow(BaseModel):
    """What OpenAI's guide asks of a line of a training file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    messages: Annotated[list[Message], Field(min_length=2)]


class CompletionRow(BaseModel):
    """What the legacy guide asks of a line."""

    model_config = ConfigDict(extra="forbid", strict=True)

    prompt: Annotated[str, Field(min_length=1)]
    completion: Annotated[str, Field(min_length=1)]


ROWS = {"chat": TypeAdapter(ChatRow), "completion": TypeAdapter(CompletionRow)}
TEXTS = st.text(min_size=1)


def pair_of(prompt: str, completion: str, article: str = "Mill", *section: str) -> Pair:
    return Pair(
        id="1", prompt=prompt, completion=completion, kind="basic", article=article,
        section=section, language="en", site="https://wiki.test", page_id=1, revision_id=2, url="",
        template="basic@1", model="m", call="c", position=0, passage="p", split="train",
    )  # fmt: skip


def test_every_format_has_a_row_model_here():
    assert set(ROWS) == set(EXPORTERS)


@pytest.mark.parametrize("format", EXPORTERS)
@given(prompt=TEXTS, completion=TEXTS, article=TEXTS)
def test_a_row_of_any_texts_is_one_valid_line(format, prompt, completion, article):
    row = load_exporter(format).row(pair_of(prompt, completion, article), ExportOptions())
    line = json_line(row)
    assert line.splitlines() == [line[:-1]]
    ROWS[format].validate_json(line)
    assert json.loads(line) == row


def test_a_chat_is_question_and_answer():
    row = load_exporter("chat").row(pair_of("Q?", "A."), ExportOptions())
    assert row == {
        "messages": [{"role": "user", "content": "Q?"}, {"role": "assistant", "content": "A."}]
    }


def test_a_system_prompt_opens_the_chat():
    row = load_exporter("chat").row(pair_of("Q?", "A."), ExportOptions(system="Du bist Müller."))
    assert row["messages"][0] == {"role": "system", "content": "Du bist Müller."}


def test_a_completion_has_context_separator_and_stop():
    row = load_exporter("completion").row(
        pair_of("Who?", "Ada.", "Agrippina", "Synopsis", "Act 1"), ExportOptions()
    )
    assert row == {
        "prompt": "Answer the following question about Agrippina, Section Synopsis, "
        "subsection Act 1:\nWho?\n\n###\n\n",
        "completion": " Ada. END",
    }


@pytest.mark.parametrize(
    ("base_context", "prompt"),
    [
        ("", "Wer? ->"),
        ("Zu {article}, {path}:", "Zu Mühle, Bau > Rad:\nWer? ->"),
        ("{{{article}}}", "{Mühle}\nWer? ->"),
    ],
)
def test_base_context_separator_and_stop_are_free(base_context, prompt):
    options = ExportOptions(base_context=base_context, separator=" ->", stop="\n###")
    row = load_exporter("completion").row(pair_of("Wer?", "Ada.", "Mühle", "Bau", "Rad"), options)
    assert row == {"prompt": prompt, "completion": " Ada.\n###"}


def test_the_lead_of_an_article_is_its_introduction():
    row = load_exporter("completion").row(pair_of("Who?", "Ada."), ExportOptions())
    assert row["prompt"].startswith("Answer the following question about Mill, Introduction:\n")


def test_a_title_that_looks_like_a_variable_stays_a_title():
    row = load_exporter("completion").row(pair_of("Q?", "A.", "{section}", "S"), ExportOptions())
    assert "about {section}, Section S:" in row["prompt"]


@given(
    prompt=st.text("a#E \nND"),
    completion=st.text("a#E \nND"),
    article=st.text("a#E ND", min_size=1),
)
def test_a_pair_without_conflict_has_separator_and_stop_at_its_ends_alone(
    prompt, completion, article
):
    exporter, options = load_exporter("completion"), ExportOptions(separator="\n##\n", stop=" END")
    pair = pair_of(prompt, completion, article)
    if exporter.conflict(pair, options):
        return
    row = exporter.row(pair, options)
    assert row["prompt"].split("\n##\n") == [row["prompt"][: -len("\n##\n")], ""]
    assert row["completion"].split(" END") == [row["completion"][: -len(" END")], ""]
    assert "\n##\n" not in row["completion"]
    assert " END" not in prompt


@pytest.mark.parametrize(
    ("prompt", "completion", "reason"),
    [
        ("Q?", "A.", None),
        ("Q\n\n###\n\n?", "A.", "contains_separator"),
        ("Q?", "A\n\n###\n\n.", "contains_separator"),
        ("Q?\n\n###", "A.", "contains_separator"),  # with the real one it makes two
        ("Q?", "THE END", "contains_stop"),
        ("What does THE END mean?", "A.", "contains_stop"),
        ("Q?", "END of it", "contains_stop"),  # after the blank that opens every completion
        ("Q?", "THE end", None),
    ],
)
def test_a_text_with_a_separator_or_stop_in_it_is_a_conflict(prompt, completion, reason):
    exporter = load_exporter("completion")
    assert exporter.conflict(pair_of(prompt, completion), ExportOptions()) == reason


def test_a_title_with_the_separator_in_it_is_a_conflict():
    options = ExportOptions(separator=" ->")
    pair = pair_of("Q?", "A.", "A -> B")
    assert load_exporter("completion").conflict(pair, options) == "contains_separator"


def test_a_chat_can_hold_any_text():
    pair = pair_of("Q\n\n###\n\n END", "A END")
    assert load_exporter("chat").conflict(pair, ExportOptions()) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"separator": ""}, "separator is empty"),
        ({"stop": ""}, "stop sequence is blank"),
        ({"stop": "  "}, "stop sequence is blank"),
        ({"separator": " END of prompt"}, "contain each other"),
        ({"stop": "\n\n###\n\n."}, "contain each other"),
        ({"stop": "###"}, "contain each other"),
        ({"separator": "question"}, "part of the base context"),
        ({"separator": "\n"}, "part of the base context"),
        ({"base_context": "About {title}:"}, "unknown variable 'title'"),
        ({"base_context": "About {artikle}:"}, "did you mean 'article'"),
        ({"base_context": "About {article.__class__}:"}, "unknown variable"),
        ({"base_context": "About {article!r}:"}, "unknown variable"),
        ({"base_context": "About {article:>9}:"}, "unknown variable"),
        ({"base_context": "About {}:"}, "unknown variable"),
        ({"base_context": "About {article"}, "braces"),
        ({"system": "\udcff"}, "not valid Unicode"),
    ],
)
def test_options_that_cannot_be_are_an_error(settings, said):
    with pytest.raises(Misconfigured, match=said):
        ExportOptions(**settings)


def test_a_line_break_may_separate_where_there_is_no_context():
    assert ExportOptions(base_context="", separator="\n", stop=" END")


def test_a_misspelt_format_is_an_error_that_names_the_nearest():
    with pytest.raises(Misconfigured, match="no format 'chats'; did you mean 'chat'"):
        load_exporter("chats")
