"""A trial at the terminal: side by side where there is room, and nothing foreign acts."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from generator.cli.trial_view import show_trial
from generator.engine.run import RunResult
from generator.estimate import Plan
from generator.prompts import find_templates
from generator.records import Defect, Outcome, Page, Pair, Passage, Verdict
from generator.trial import Trial, TriedPair, TriedSection

TEXT = "The bell was cast in 1871 by Ruth Abel. It weighs two tonnes."
JAPANESE = "鐘は1871年に鋳造された。重さは二トンである。" * 6
ARABIC = "صُنع الجرس في عام 1871 ويزن طنين."


def trial(text: str = TEXT, completion: str = "Ruth Abel in 1871", **more: object) -> Trial:
    template = find_templates(["basic"])[0]
    passage = Passage(article="Bell", section=("Casting",), text=text)
    pair = Pair(
        id="1", prompt="Who cast the bell?", completion=completion, kind="basic", article="Bell",
        section=("Casting",), language="en", site="file", page_id=0, revision_id=0, url="",
        template=template.label, model="m", call="c", position=0, passage=passage.id,
    )  # fmt: skip
    verdict = Verdict(pair="1", check="echo", keep=False, reason="echo of something")
    outcome = Outcome(
        article="Bell", section=("Casting",), part=1, parts=1, template=template.label, call="c",
        status="partial", reason="length", pairs=1,
    )  # fmt: skip
    section = TriedSection(
        passage=passage,
        asked=3,
        outcome=outcome,
        pairs=(TriedPair(pair=pair, verdicts=(verdict,)),),
        defects=(Defect(reason="not_json", excerpt="{oops"),),
    )
    whole = Plan(
        calls=(), missing=(), model="m", endpoint="e", folder=None, price=lambda reply: None
    )  # type: ignore[arg-type]
    page = Page(site="file", title="Bell", wikitext=text)
    return Trial(
        page=page, template=template, sections=[section], cost=None, whole=whole, run=RunResult()
    )


def shown(one: Trial, width: int, *, colours: bool = False) -> str:
    out = io.StringIO()
    system = "standard" if colours else None
    show_trial(Console(file=out, width=width, force_terminal=colours, color_system=system), one)
    return out.getvalue()


def line_with(words: str, text: str) -> str:
    return next(line for line in text.splitlines() if words in line)


def test_pairs_stand_beside_the_passage_where_there_is_room():
    assert "Who cast the bell?" in line_with("The bell was cast", shown(trial(), 120))


def test_pairs_stand_below_the_passage_on_a_narrow_terminal():
    assert "Who cast the bell?" not in line_with("The bell was cast", shown(trial(), 80))


def test_right_to_left_text_is_never_put_into_columns():
    assert "Who cast the bell?" not in line_with("1871 ", shown(trial(ARABIC), 140))


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("text", [TEXT, JAPANESE, ARABIC, "x" * 500])
def test_no_word_is_cut_off_at_any_width(text, width):
    flat = shown(trial(text, text), width)
    assert "…" not in flat
    assert all(Console().measure(line).maximum <= width for line in flat.splitlines())


def test_verdicts_defects_and_causes_are_said():
    flat = shown(trial(), 200)
    assert "rejected by echo: echo of something" in flat
    assert "not read: not json  {oops" in flat
    assert "partial: length" in flat
    assert "→ raise max_tokens" in flat
    assert "3 pairs asked for, 1 read, 0 kept" in flat
    assert "cost unknown" in flat


def test_words_of_the_answer_are_marked_in_the_passage():
    assert "\x1b[32mRuth Abel\x1b[0m" in shown(trial(), 200, colours=True)


def test_nothing_from_an_article_or_a_model_acts_on_the_terminal():
    evil = "\x1b]0;gone\x07\x1b[2J [red]bold[/red] \u202eback \x9b31m \r over"
    flat = shown(trial(TEXT + evil, evil), 100)
    assert not set("\x1b\x07\x9b\r\u202e") & set(flat)
    assert "[red]bold[/red]" in flat
