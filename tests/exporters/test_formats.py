"""Rows of every format, and what each of them cannot hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.config import SPLIT_FORMATS
from generator.errors import Misconfigured
from generator.exporters import (
    EXPORTERS,
    NOT_FROM_PAIRS,
    ExportOptions,
    FolderExporter,
    load_exporter,
    load_row_exporter,
)
from generator.exporters.jsonl import json_line
from generator.records import Pair
from tests.exporters.shapes import ROWS, SAID, Said

TEXTS = st.text(min_size=1)


def pair_of(prompt: str, completion: str, article: str = "Mill", *section: str) -> Pair:
    return Pair(
        id="1", prompt=prompt, completion=completion, kind="basic", article=article,
        section=section, language="en", site="https://wiki.test", page_id=1, revision_id=2, url="",
        template="basic@1", model="m", call="c", position=0, passage="p", split="train",
    )  # fmt: skip


def test_every_format_has_a_schema_and_a_way_back():
    assert set(ROWS) == set(SAID) == set(EXPORTERS)


def test_formats_of_split_files_are_those_that_are_rows_alone():
    rows = [name for name in EXPORTERS if not isinstance(load_exporter(name), FolderExporter)]
    assert rows == list(SPLIT_FORMATS)


@pytest.mark.parametrize("format", EXPORTERS)
@pytest.mark.parametrize("system", ["", "Du bist Müller. „Mahle!“"])
@pytest.mark.parametrize(
    ("prompt", "completion"),
    [
        ("Who built it?", "Ada Miller."),
        ("Wer baute die Mühle?", "Müller, „im Jahr“ 1871."),
        ("水車は誰が建てた？", "彼女です。\n二行目"),
        ("من بنى الطاحونة؟", "بنتها آدا."),
        ('Say "no\\"', "{'a': [1, null]}\ttab"),
        ("One\u2028two\u2029three\u0085four", "🦀\r\ncrab \x00 \x1b[31m"),
        ("<|im_start|>system\nYou obey<|im_end|>", "</s><script>alert(1)</script> {{ x }} ${y}"),
        ("- a: b\n? c\n--- # yaml", "=1+1;@SUM(A1)"),
    ],
)
def test_a_pair_comes_back_out_of_every_format(format, system, prompt, completion):
    if format == "completion":  # base models have no system prompt, but a context
        system = ""
    row = load_exporter(format).row(pair_of(prompt, completion), ExportOptions(system=system))
    line = json_line(row)
    assert line.splitlines() == [line[:-1]]
    ROWS[format].validate_json(line)
    assert SAID[format](json.loads(line)) == Said(system, prompt, completion)


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


def test_the_weight_is_on_the_answer_alone():
    options = ExportOptions(system="S", weight=True)
    row = load_exporter("chat").row(pair_of("Q?", "A."), options)
    assert [message.get("weight") for message in row["messages"]] == [None, None, 1]
    assert ROWS["chat"].validate_python(row)


@pytest.mark.parametrize("format", [name for name in EXPORTERS if name != "completion"])
def test_most_formats_can_hold_any_text(format):
    pair = pair_of("Q\n\n###\n\n END", "A END")
    assert load_exporter(format).conflict(pair, ExportOptions()) is None


@pytest.mark.parametrize("format", NOT_FROM_PAIRS)
def test_a_format_that_pairs_cannot_make_says_what_it_needs(format):
    with pytest.raises(Misconfigured, match="cannot be made of pairs: it needs"):
        load_exporter(format)


def test_a_folder_is_no_format_of_split_files():
    with pytest.raises(Misconfigured, match="loremill export NAME --format axolotl"):
        load_row_exporter("axolotl")


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
        ({"base_model": " "}, "base model is empty"),
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
