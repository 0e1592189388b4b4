"""The page of an evaluation in a real browser."""

from __future__ import annotations

import json

import pytest

from tests.evaluation.test_evaluate import a_base, a_tuned, evaluate
from tests.evaluation.villages import models, save_village
from tests.fakes.chat_server import ChatServer
from tests.report.browser import CHROMIUM, chromium
from tests.report.test_browser import HOSTILE

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium") / "profile") as tab:
        yield tab


def page_of(folder, **speakers):
    with ChatServer(speak=models(**speakers)) as server:
        evaluate(folder, server)
    return (folder / "evaluation" / "evaluation.html").as_uri()


def shown(tab):
    return tab.run(
        "[...document.querySelectorAll('.items > li')].filter(one => one.checkVisibility()).length"
    )


def test_answers_can_be_found_by_row_by_outcome_and_by_words(tab, tmp_path):
    folder = save_village(tmp_path / "village")
    address = page_of(folder, base=a_base(folder), tuned=a_tuned(folder))
    for fragment, count in (
        ("", 52), ("#row=held_out", 6), ("#row=control&mark=tuned-abstained", 4),
        ("#mark=gained", 18), ("#q=ada+miller", 3), ("#q=nobody+says+so", 0), ("#row=%3Cb%3E", 52),
    ):  # fmt: skip
        tab.open(address + fragment)
        assert shown(tab) == count, fragment
    assert tab.complaints == []
    assert tab.requests == [] or all(one.startswith("file:") for one in tab.requests)


def test_it_fits_a_phone(tab, tmp_path):
    folder = save_village(tmp_path / "village", language="ar")
    address = page_of(folder, base=a_base(folder, "ar"), tuned=a_tuned(folder, "ar"))
    tab.look(width=390, height=800)
    tab.open(address)
    assert tab.run("document.documentElement.scrollWidth") <= 390
    tab.look(width=1200, height=900)


def test_nothing_that_a_model_says_ever_acts(tab, tmp_path):
    folder = save_village(tmp_path / "village")
    rows = (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(row) for row in rows]
    for place, row in enumerate(told):
        row.update(prompt=row["prompt"] + HOSTILE[place % len(HOSTILE)], article=HOSTILE[0])
    text = "".join(json.dumps(row) + "\n" for row in told)
    (folder / "pairs.jsonl").write_text(text, encoding="utf-8")
    answers = iter(HOSTILE * 100)
    address = page_of(folder, base=lambda prompt: next(answers), tuned=lambda prompt: next(answers))
    tab.open(address)
    assert tab.run("typeof pwned") == "undefined"
    assert shown(tab) == 52
    assert not [one for one in tab.requests if not one.startswith("file:")]
