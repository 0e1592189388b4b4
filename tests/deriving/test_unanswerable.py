"""What keeps a context from being shown as one without the answer, in several languages."""

from __future__ import annotations

import pytest

from generator.deriving.unanswerable import Question, find_answer

ENGLISH = Question(
    prompt="Who rebuilt the mill at Elmstead after the flood?",
    completion="Ada Miller rebuilt it in 1871 with 12 stones.",
    quote="raised anew by the widow Miller",
    title="Elmstead",
    section=("History",),
    passage="After the flood the mill was raised anew by the widow Miller; Ada Miller rebuilt it in 1871 with 12 stones.",
    language="en",
)
GERMAN = Question(
    prompt="Wer baute die Wassermühle in Ellstadt?",
    completion="Die Müllerin Köhlberg baute sie.",
    quote="",
    title="Ellstadt",
    section=(),
    passage="Die Wassermühle in Ellstadt baute die Müllerin Köhlberg.",
    language="de",
)
JAPANESE = Question(
    prompt="水車小屋を建てたのは誰ですか。",
    completion="高橋花子です。",
    quote="",
    title="水車",
    section=(),
    passage="水車小屋は高橋花子が建てた。",
    language="ja",
)
ARABIC = Question(
    prompt="من بنى الطاحونة القديمة في القرية؟",
    completion="بناها النجار سليمان.",
    quote="",
    title="القرية",
    section=(),
    passage="الطاحونة القديمة في القرية بناها النجار سليمان.",
    language="ar",
)


@pytest.mark.parametrize(
    ("question", "context", "reason"),
    [
        (ENGLISH, "The bakery sold bread to three villages.", ""),
        (ENGLISH, "It was raised anew by the   widow MILLER.", "quote"),
        (ENGLISH, "The bridge is of 1871.", "number"),
        (ENGLISH, "A dozen trees stood there: twelve.", "number"),
        (ENGLISH, "Nobody liked Miller.", "name"),
        (ENGLISH, "They rebuilt the mill in spite of a further flood.", "asked"),
        (GERMAN, "Die Bäckerei liegt am Markt.", ""),
        (GERMAN, "Köhlbergs Garten war berühmt.", "words"),
        (JAPANESE, "パン屋は市場の近くにあった。", ""),
        (JAPANESE, "高橋花子は画家であった。", "words"),
        (ARABIC, "يقع المخبز قرب السوق.", ""),
        (ARABIC, "كان سُليمان نجّارًا ماهرًا.", "words"),
    ],
)
def test_a_context_is_refused_for_what_it_has_of_the_answer(question, context, reason):
    assert find_answer(question, context) == reason


def test_a_question_about_nothing_but_the_subject_is_answered_by_all_that_names_it():
    general = Question(
        prompt="What is there to say about Elmstead?", completion="It is a village with a church.",
        quote="", title="Elmstead", section=(), passage="Elmstead is a village with a church.", language="en",
    )  # fmt: skip
    assert find_answer(general, "Elmstead lies by a river.") == "asked"
    assert find_answer(general, "Barley grows on wet soil.") == ""


@pytest.mark.parametrize("about", ["1934", "Pavel Dorn"])
def test_a_context_that_tells_of_the_name_or_year_that_is_asked_about_is_refused(about):
    asked = Question(
        prompt=f"What is there to say of the bakery in Elmstead with regard to {about}?", completion="Bread became dear.",
        quote="", title="Elmstead", section=("Bakery",), passage="In 1934 under Pavel Dorn bread became dear.", language="en",
    )  # fmt: skip
    assert find_answer(asked, f"At the smithy, a fire of {about} is remembered.") == "asked"
    assert find_answer(asked, "At the smithy, a fire is remembered.") == ""


def test_a_yes_is_looked_for_by_what_is_asked_about():
    asked = Question(
        prompt="Was the granary burnt by soldiers?", completion="Yes.", quote="", title="Elmstead", section=(),
        passage="The granary was burnt by soldiers.", language="en",
    )  # fmt: skip
    assert find_answer(asked, "Soldiers came. They stood before the granary. Barns were burnt.")
    assert find_answer(asked, "Barley grows on wet soil.") == ""


def test_hostile_texts_are_looked_through_in_linear_time():
    bomb = "a" * 200_000 + " " + "\u0301" * 50_000 + " ." * 50_000 + "\ud800"
    assert find_answer(ENGLISH, bomb) == ""
