from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from generator.engine.plan import Asking, Planned, plan_calls
from generator.prompts import Template
from generator.reasons import SHOWN, Reason, explain, note, told
from generator.records import Passage

TEMPLATE = Template(
    name="basic",
    kind="basic",
    parameters={"temperature": 0.7, "max_tokens": 100},
    system="",
    user="{{ title }} {{ section }} {{ part }}/{{ parts }} {{ pairs }} {{ passage }}",
)
PASSAGE = Passage(article="Mill", section=("History", "Fire"), text="It burned in 1871.")


def planned(
    template: Template = TEMPLATE, *, model: str = "m", sample: int = 0, **passage: Any
) -> Planned:
    asking = Asking(model=model, templates=[template], sample=sample)
    return next(plan_calls([replace(PASSAGE, **passage)], asking))


def why(new: Planned, *known: Planned, failed: dict[str, str] | None = None) -> str:
    return explain(new, [note(one) for one in known], failed=failed or {}).text


def with_settings(**parameters: Any) -> Template:
    return replace(TEMPLATE, parameters=parameters)


def test_what_was_never_planned_is_new():
    assert why(planned()) == "new article Mill"
    assert why(planned(section=()), planned()) == "new section Introduction"
    other = replace(TEMPLATE, name="other", system="Be brief.")
    assert why(planned(other), planned()) == "new template other"


def test_a_call_that_failed_says_how():
    new = planned()
    failed = {new.call.digest: "rate_limited"}
    assert why(new, new, failed=failed) == "failed before (rate limited), tried again"
    assert why(new, new) == "planned before, not asked yet"


def test_every_kind_of_difference_is_named():
    old = planned()
    louder = replace(TEMPLATE, user=TEMPLATE.user + "!")
    assert why(planned(louder), old) == "template basic changed"
    assert why(planned(text="It burned in 1872."), old) == "section History/Fire changed"
    assert why(planned(part=1, parts=2), old) == "section History/Fire changed"
    assert why(planned(model="n"), old) == "model changed from m to n"
    assert why(planned(sample=2), old) == "sample 2"
    assert why(planned(article="Water mill"), old) == "article Mill renamed Water mill"
    assert why(planned(louder, model="n"), old) == (
        "template basic changed, model changed from m to n"
    )
    assert why(replace(old, call=replace(old.call, messages=())), old) == (
        "asked in other words than before"
    )


def test_settings_say_what_became_of_each():
    new = planned(with_settings(temperature=0.2, top_p=1))
    assert why(new, planned()) == (
        "settings of basic changed (max_tokens left out; temperature 0.7 → 0.2; top_p = 1)"
    )


def test_settings_edited_with_the_text_are_part_of_it():
    new = planned(replace(TEMPLATE, system="Be brief.", parameters={}))
    assert why(new, planned()) == "template basic changed"


def test_the_nearest_call_is_compared_with():
    new = planned(model="n", text="It burned in 1872.")
    assert why(new, planned(), planned(text=new.passage.text)) == "model changed from m to n"
    assert why(new, planned(), planned(model="n")) == "section History/Fire changed"


def test_sections_of_the_same_name_are_told_apart():
    first, second = planned(), planned(occurrence=2, text="It burned again in 1902.")
    revised = planned(occurrence=2, text="It burned again in 1903.")
    assert why(revised, first, second) == "section History/Fire changed"
    only_the_model = planned(occurrence=2, text=second.passage.text, model="n")
    assert why(only_the_model, first, second) == "model changed from m to n"


def test_reasons_are_told_with_the_most_calls_first_and_articles_where_there_are_several():
    counts = Counter(
        {
            Reason(kind="section", text="section A changed", article="Mill"): 1,
            Reason(kind="template", text="template basic changed"): 41,
        }
    )
    assert list(told(counts)) == ["template basic changed: 41 calls", "section A changed: 1 call"]
    counts[Reason(kind="new_article", text="new article Tower", article="Tower")] = 12
    assert list(told(counts)) == [
        "template basic changed: 41 calls",
        "new article Tower: 12 calls",
        "section A changed (Mill): 1 call",
    ]


def test_a_thousand_new_articles_are_told_in_one_line():
    counts = Counter(
        {
            Reason(kind="new_article", text=f"new article {n}", article=str(n)): 2
            for n in range(1000)
        }
    )
    assert list(told(counts)) == ["1,000 new articles: 2,000 calls"]
    few = Counter(dict(list(counts.items())[:SHOWN]))
    assert len(list(told(few))) == SHOWN
