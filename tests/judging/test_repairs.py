from __future__ import annotations

import json
import re
from contextlib import contextmanager

import pytest

from generator import api
from generator.errors import Misconfigured
from generator.exporters.manifest import verify_manifest
from tests.cli.articles import write
from tests.fakes.answers import completion
from tests.fakes.chat_server import ANSWERS, ChatServer, Rule
from tests.judging.judges import judging, shown_in, yes
from tests.judging.test_build import build, rows

TITLE = "Ostrey Mill"
TEXT = (
    "Ostrey Mill was built in 1764 for the merchant Josiah Peverell. It cost 2,150 pounds. "
    "The wheels ground barley and oats until a flood broke the eastern sluice in 1921. "
    "The Fenwick Trust bought the building in 1958 and opened it to visitors five years later."
)
GOOD = ("Who had Ostrey Mill built?", "The merchant Josiah Peverell had Ostrey Mill built in 1764.")
UNCLEAR = ("According to the passage, what did it cost?", "It cost 2,150 pounds.")
CLEAR = ("What did Ostrey Mill cost to build?", "Ostrey Mill cost 2,150 pounds.")
MORE = ("When did a flood stop Ostrey Mill?", "A flood broke the eastern sluice in 1921.")


def lines(*pairs, **more):
    return "\n".join(
        json.dumps({"prompt": prompt, "completion": completion, **more})
        for prompt, completion in pairs
    )


@contextmanager
def writer(rewrites=None):
    """A server whose model writes one clear pair and an unclear one, and mends as told."""
    rewrites = lines(CLEAR, of="p1") if rewrites is None else rewrites

    def answer(asked, fault):
        text = asked.prompt
        if "You mend pairs" in text:
            said = rewrites
        elif "no pair speaks of" in text:
            said = lines(MORE)
        else:
            said = lines(GOOD, UNCLEAR)
        return completion(asked, {"content": said}, is_good=True)

    ANSWERS["writer"] = answer
    try:
        with ChatServer(Rule(answer="writer", model="m")) as server:
            yield server
    finally:
        del ANSWERS["writer"]


def made(tmp_path, server, **options):
    file = write(tmp_path, TITLE, TEXT)
    return build(tmp_path, server, files=[file], templates=("basic",), **options)


def test_an_unclear_pair_is_worded_anew_once_and_says_so(tmp_path):
    with writer() as server:
        dataset = made(tmp_path, server)
        assert server.stats.requests == 2
    pairs = rows(dataset.folder / "pairs.jsonl")
    (new,) = [row for row in pairs if row["repairs"]]
    assert (new["prompt"], new["completion"]) == CLEAR
    assert new["repairs"] == ["rewritten"]
    (old,) = rows(dataset.folder / "rejected.jsonl")
    assert old["reason"].startswith("passage_reference")
    links = {one["reason"] for one in old["verdicts"] if one["check"] == "rewrite"}
    assert links == {f"rewritten_as {new['id']}"}
    assert new["marks"] == [f"rewrite: rewritten_from {old['id']}"]
    assert new["template"].startswith("rewrite@")
    assert new["kind"] == old["kind"]
    assert dataset.manifest["mending"]["rewrites"] == {
        "calls": 1,
        "asked": 1,
        "pairs": 1,
        "kept": 1,
    }
    assert verify_manifest(dataset.folder) == []
    assert dataset.exit_code == 0


def test_without_repair_it_is_dropped_and_nothing_is_asked(tmp_path):
    with writer() as server:
        dataset = made(tmp_path, server, repair=False)
        assert server.stats.requests == 1
    assert len(rows(dataset.folder / "rejected.jsonl")) == 1
    assert dataset.manifest["mending"] == {}


@pytest.mark.parametrize(
    "said",
    [
        "Sorry, I cannot.",
        "",
        lines(CLEAR),
        lines(CLEAR, of="p9"),
        lines(("According to the passage, what was the price?", "2,150 pounds."), of="p1"),
        lines(("What did Ostrey Mill cost to build?", "Ostrey Mill cost 9,999 pounds."), of="p1"),
    ],
    ids=["refusal", "nothing", "no name", "wrong name", "unclear again", "wrong number"],
)
def test_a_bad_rewrite_brings_no_pair_and_is_not_asked_again(tmp_path, said):
    with writer(rewrites=said) as server:
        dataset = made(tmp_path, server)
        assert server.stats.requests == 2
        made(tmp_path, server)
        assert server.stats.requests == 2
    assert [row["prompt"] for row in rows(dataset.folder / "pairs.jsonl")] == [GOOD[0]]
    assert verify_manifest(dataset.folder) == []


def test_only_the_first_of_two_rewrites_counts(tmp_path):
    other = ("How much was paid for Ostrey Mill?", "2,150 pounds were paid for Ostrey Mill.")
    with writer(rewrites=lines(CLEAR, other, of="p1")) as server:
        dataset = made(tmp_path, server)
    assert dataset.manifest["mending"]["rewrites"]["pairs"] == 1
    assert verify_manifest(dataset.folder) == []


def test_sentences_that_no_pair_speaks_of_are_asked_about_once(tmp_path):
    with writer() as server:
        dataset = made(tmp_path, server, top_up=True)
        assert server.stats.requests == 3
        (asked,) = [
            one["messages"][-1]["content"]
            for one in server.requests
            if "<sentences>" in one["messages"][-1]["content"]
        ]
        made(tmp_path, server, top_up=True)
        assert server.stats.requests == 3
    shown = re.search(r"<sentences>(.*)</sentences>", asked, re.DOTALL)[1]
    assert "eastern sluice" in shown
    assert "Fenwick Trust" in shown
    assert "Josiah" not in shown
    assert GOOD[0] in asked.partition("<questions>")[2]
    prompts = [row["prompt"] for row in rows(dataset.folder / "pairs.jsonl")]
    assert prompts == [GOOD[0], CLEAR[0], MORE[0]]
    assert dataset.manifest["mending"]["top_ups"] == {"calls": 1, "asked": 2, "pairs": 1, "kept": 1}
    assert verify_manifest(dataset.folder) == []


def test_a_passage_whose_first_call_failed_is_not_topped_up(tmp_path):
    with ChatServer(Rule(answer="content_policy", model="m")) as server:
        dataset = made(tmp_path, server, top_up=True)
        assert server.stats.requests == 1
    assert dataset.exit_code == 1


def test_a_stopped_repair_goes_on_and_pays_for_nothing_twice(tmp_path):
    with writer() as server:
        stopped = made(tmp_path, server, top_up=True, max_calls=1)
        assert stopped.exit_code == 3
        assert server.stats.requests == 1
        again = made(tmp_path, server, top_up=True, max_calls=1)
        assert again.exit_code == 3
        whole = made(tmp_path, server, top_up=True)
        assert whole.exit_code == 0
        assert server.stats.requests == 3
        assert server.stats.paid_twice == 0


def test_what_was_mended_is_judged_as_well(tmp_path):
    with judging(yes) as rule, writer() as server:
        server.rules = (rule, *server.rules)
        dataset = made(tmp_path, server, top_up=True, judge="judge")
        asked = [one for one in server.requests if one["model"] == "judge"]
    shown = [pair["question"] for one in asked for pair in shown_in(one["messages"][-1]["content"])]
    assert shown == [GOOD[0], CLEAR[0], MORE[0]]
    assert dataset.manifest["judging"][0]["pairs"]["passed"] == 3


def test_the_built_in_writer_is_not_repaired(tmp_path):
    file = write(tmp_path, TITLE, TEXT)
    dataset = api.build(files=[file], workspace=tmp_path / "w", environ={}, log=False, report=False)
    assert dataset.manifest["mending"] == {}
    with pytest.raises(Misconfigured, match="--repair"):
        api.build(files=[file], workspace=tmp_path / "w", environ={}, repair=True)
