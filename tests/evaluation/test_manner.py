"""How a dataset's rows ask, and a model tuned on them is asked."""

from __future__ import annotations

import pytest

from generator.errors import Misconfigured
from generator.evaluation.manner import Manner, Place, manner_of
from generator.exporters import load_row_exporter
from generator.exporters.info import PageRecord
from generator.exporters.options import ExportOptions
from generator.records import Message, Passage
from tests.report.datasets import make_pair

MILL = Place(article="Water mill", section=("History", "Founding"))


def a_pair():
    page = PageRecord(site="https://wiki.test", title="Water mill", page_id=1)
    return make_pair(1, Passage(article="Water mill", section=MILL.section, text="…"), page)


@pytest.mark.parametrize("format", ["completion", "trl-prompt-completion"])
@pytest.mark.parametrize("system", ["", "Be brief."])
def test_a_question_is_put_as_the_row_of_its_pair_puts_it(format, system):
    options = ExportOptions(system=system)
    row = load_row_exporter(format).row(a_pair(), options)
    (asked,) = manner_of(format, options).messages(a_pair().prompt, MILL)
    assert asked == Message("text", row["prompt"])


def test_a_chat_has_the_system_prompt_and_what_was_said_before():
    manner = manner_of("chat", ExportOptions(system="Be brief."))
    before = (Message("user", "Who?"), Message("assistant", "Ada."))
    assert manner.messages("When?", MILL, history=before) == (
        Message("system", "Be brief."), *before, Message("user", "When?"),
    )  # fmt: skip
    assert manner_of("chat", ExportOptions()).messages("When?") == (Message("user", "When?"),)
    assert manner_of("chat", ExportOptions(system="x"), system="").messages("When?") == (
        Message("user", "When?"),
    )


def test_a_plain_answer_ends_at_the_stop_sequence():
    manner = manner_of("completion", ExportOptions(stop=" END"))
    assert manner.parameters == {"stop": [" END"]}
    assert manner.read(" Ada Miller. END Who else? END") == "Ada Miller."
    assert Manner().read(" THE END is near ") == "THE END is near"
    assert Manner().parameters == {}


def test_a_question_about_nothing_has_no_base_context():
    manner = manner_of("completion", ExportOptions())
    assert manner.messages("What is 2 and 2?")[0].content == "What is 2 and 2?\n\n###\n\n"


def test_another_form_may_be_asked_for():
    assert manner_of("completion", ExportOptions(), form="chat").form == "chat"
    assert manner_of("alpaca", ExportOptions(), form="completion").form == "completion"
    with pytest.raises(Misconfigured, match="did you mean 'completion'"):
        manner_of("chat", ExportOptions(), form="completions")
