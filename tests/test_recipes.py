"""Whole builds by recipe, against a server that answers like a good, a mediocre and a hostile model."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections import Counter

import pytest

from generator import api
from generator.engine.stop import Stop
from generator.errors import ExitCode, Misconfigured
from generator.exporters.manifest import verify_manifest
from generator.prompts import shipped_folder
from generator.store import open_store
from generator.telling.progress import Progress
from tests.cli.articles import write
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "k"}
STEPS = ("facts", "more-facts", "basic", "detailed", "reverse", "abstain", "link", "wording")


@pytest.fixture
def article(tmp_path):
    return write(tmp_path)


def serve(who="good_expert", *rules, **given):
    return ChatServer(*rules, Rule(answer=who), **given)


def build(server, article, workspace, recipe="expert", **options):
    return api.build(
        files=(article,), base_url=server.base_url, model="m", workspace=workspace, recipe=recipe,
        name="d", log=False, environ=KEY, **{"report": False, **options},
    )  # fmt: skip


def rows(dataset, name):
    text = (dataset.folder / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def contents(dataset):
    """The dataset, but for where the model was."""
    names = [path for path in sorted(dataset.folder.rglob("*")) if path.suffix == ".jsonl"]
    return {path.name: path.read_bytes() for path in names}


def steps_asked(server):
    """Requests by step, told by what only one prompt says."""
    found = Counter()
    for body in server.requests:
        said = body["messages"][-1]["content"]
        kind = next((line[6:] for line in said.splitlines() if line.startswith("Kind: ")), "")
        found[kind or ("more-facts" if "<facts>" in said else "facts")] += 1
    return found


@pytest.fixture
def for_short_sections(tmp_path):
    """The expert recipe, with all its steps on sections of any length."""
    text = (shipped_folder() / "recipes" / "expert.toml").read_text("utf-8")
    path = tmp_path / "short.toml"
    text = re.sub(r"min_words = \d+", "min_words = 5", text)
    text = text.replace("share = 0.06", "share = 0.5").replace("share = 0.05", "share = 1.0")
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_facts_lead_to_several_kinds_of_pairs_and_these_to_wordings(
    article, tmp_path, for_short_sections
):
    with serve() as server:
        dataset = build(server, article, tmp_path / "work", for_short_sections)
    assert dataset.exit_code == ExitCode.OK
    assert verify_manifest(dataset.folder) == []
    asked = steps_asked(server)
    assert asked["facts"] == asked["more-facts"] == asked["detailed"] == asked["abstain"] == 6
    assert min(asked[step] for step in STEPS) > 0
    assert server.stats.requests == asked.total() == server.stats.good
    assert dataset.manifest["recipe"] == "short"
    facts = {row["id"]: row for row in rows(dataset, "facts")}
    pairs = rows(dataset, "pairs")
    by_id = {row["id"]: row for row in pairs}
    for row in pairs:
        assert set(row["facts"]) <= set(facts)
        assert row["kind"] in ("link", "abstain") or row["facts"]
        if row["of"]:
            assert row["facts"] == by_id[row["of"]]["facts"]


def test_every_section_and_step_ends_with_a_status_and_a_reason(article, tmp_path):
    with serve() as server:
        dataset = build(server, article, tmp_path / "work")
    ended = Counter(
        (tuple(row["section"]), row["template"].split("@")[0]) for row in rows(dataset, "sections")
    )
    sections = {section for section, _ in ended}
    for name in ("facts", "more-facts", "basic-facts", "detailed-facts", "reverse", "wording"):
        assert all(ended[section, name] == 1 for section in sections), name


def test_a_second_build_asks_nothing_and_writes_the_same_bytes(article, tmp_path):
    with serve() as server:
        first = contents(build(server, article, tmp_path / "work"))
        before = server.stats.requests
        assert contents(build(server, article, tmp_path / "work")) == first
        assert server.stats.requests == before


@pytest.mark.parametrize("calls", [1, 9, 20])
def test_a_build_that_is_interrupted_goes_on_and_gives_the_same_bytes(article, tmp_path, calls):
    with serve() as server:
        whole = build(server, article, tmp_path / "whole")
        asked = server.stats.requests
    with serve() as server:
        part = build(server, article, tmp_path / "part", max_calls=calls)
        assert part.exit_code == ExitCode.STOPPED
        assert part.manifest["sections"]["pending"] > 0
        resumed = build(server, article, tmp_path / "part")
        assert (server.stats.requests, server.stats.paid_twice) == (asked, 0)
    assert resumed.exit_code == ExitCode.OK
    assert contents(resumed) == contents(whole)


def test_an_edit_of_one_prompt_file_asks_its_calls_and_what_follows_from_them(article, tmp_path):
    prompts = tmp_path / "prompts"
    shutil.copytree(shipped_folder(), prompts)
    with serve() as server:
        build(server, article, tmp_path / "work", prompts=prompts)
        before = steps_asked(server)
        server.requests.clear()
        path = prompts / "basic-facts.md"
        path.write_text(
            path.read_text("utf-8").replace("facts from it, each", "facts of it, each"), "utf-8"
        )
        plan = api.plan(
            files=(article,), base_url=server.base_url, model="m", workspace=tmp_path / "work",
            recipe="expert", environ=KEY, prompts=prompts,
        )  # fmt: skip
        known = [call for call in plan.new if not call.is_expected]
        assert {call.template for call in known} == {"basic-facts"}
        assert {call.reason.text for call in known} == {"template basic-facts changed"}
        build(server, article, tmp_path / "work", prompts=prompts)
        again = steps_asked(server)
        # The server answers the edited prompt as before, so the wordings are those that are stored.
        assert again == {"basic": before["basic"]}
        server.requests.clear()
        path = prompts / "facts.md"
        path.write_text(path.read_text("utf-8").replace("You list", "You write down"), "utf-8")
        build(server, article, tmp_path / "work", prompts=prompts)
        assert steps_asked(server) == {"facts": before["facts"]}


def test_a_dry_run_lists_what_is_known_and_what_is_to_be_expected(article, tmp_path):
    with serve() as server:
        options = {
            "files": (article,), "base_url": server.base_url, "model": "m", "recipe": "expert",
            "workspace": tmp_path / "work", "environ": KEY, "price_in": 1.0, "price_out": 1.0,
        }  # fmt: skip
        plan = api.plan(**options)
        assert server.stats.requests == 0
        known = [call for call in plan.new if not call.is_expected]
        assert {call.template for call in known} <= {"facts", "link"}
        dataset = build(server, article, tmp_path / "work")
        made = server.stats.requests
    assert 0.5 * made <= len(plan.new) <= 2 * made
    assert plan.cost > 0
    assert dataset.run.led_on.total() + len(known) == made
    after = api.plan(**options)
    assert after.new == []


def test_the_batch_api_gives_the_same_dataset(article, tmp_path):
    with serve() as server:
        single = contents(build(server, article, tmp_path / "single"))
        asked = server.stats.requests
    with serve() as server:
        batched = build(server, article, tmp_path / "batch", batch=True, poll_s=0.05)
        assert server.stats.batch_requests == asked
        assert (server.stats.requests, server.stats.paid_twice) == (0, 0)
    assert batched.exit_code == ExitCode.OK
    pairs = {name: data for name, data in single.items() if name not in ("sections.jsonl",)}
    assert {name: data for name, data in contents(batched).items() if name in pairs} == pairs


def test_a_cut_list_of_facts_is_gone_on_with_before_anything_is_asked_about_it(article, tmp_path):
    cut = Rule(answer="length", contains="Facts, about", first=1,
               text=json.dumps({"fact": "Tarn Point Light is on Ostrey.", "subject": "Tarn Point Light",
                                "quote": "the island of Ostrey"}) * 2)  # fmt: skip
    with serve("good_expert", cut) as server:
        dataset = build(server, article, tmp_path / "work")
    assert dataset.run.followed_up["length"] >= 1
    assert any("cut off" in body["messages"][-1]["content"] for body in server.requests)


def test_a_step_that_was_not_come_to_says_why(article, tmp_path):
    refused = Rule(answer="content_policy", contains="Facts, about")
    with serve("good_expert", refused) as server:
        dataset = build(server, article, tmp_path / "work")
    assert dataset.exit_code == ExitCode.INCOMPLETE
    by_reason = dataset.manifest["sections"]["incomplete"]["by_reason"]
    assert by_reason["no_facts"] > 0
    assert by_reason["no_pairs"] > 0
    assert {row["status"] for row in rows(dataset, "sections")} == {"failed"}


def test_a_mediocre_model_loses_what_it_got_wrong_and_is_counted(article, tmp_path):
    with serve("mediocre_expert") as server:
        dataset = build(server, article, tmp_path / "work")
    defects = dataset.manifest["replies"]["defects"]
    assert defects["quote_not_found"]
    assert defects["unknown_pair"]
    assert dataset.manifest["pairs"]["kept"] > 0
    assert all(row["quote"] for row in rows(dataset, "facts"))
    assert dataset.manifest["settings"]["split"] is None
    with open_store(tmp_path / "work") as store:
        [use] = store.versions.uses("facts")
        [asked] = store.versions.uses("basic-facts")
    assert 0 < use.kept < use.read
    assert 0 < asked.kept <= asked.read


def test_a_hostile_model_leaves_nothing_of_its_own_in_the_dataset(article, tmp_path):
    with serve("hostile_expert") as server:
        dataset = build(server, article, tmp_path / "work")
        assert server.stats.paid_twice == 0
    assert verify_manifest(dataset.folder) == []
    kept = (dataset.folder / "pairs.jsonl").read_text("utf-8")
    facts = (dataset.folder / "facts.jsonl").read_text("utf-8")
    for mark in ("<script", "previous instructions", "{{", "AAAA"):
        assert mark not in kept
    assert "<" not in facts
    assert "{{" not in facts
    assert "AAAA" not in facts
    assert {path.parent for path in dataset.folder.rglob("*") if path.is_file()} <= {
        dataset.folder, dataset.folder / "templates",
    }  # fmt: skip
    for body in server.requests:
        said = body["messages"][-1]["content"]
        assert said.count("</passage>") <= 2
        assert said.count("</facts>") <= 1


def test_the_simple_recipe_asks_exactly_what_its_prompt_files_ask_by_themselves(article, tmp_path):
    with serve() as server:
        plain = build(
            server, article, tmp_path / "work", recipe=None, templates=("detailed", "basic")
        )
        assert plain.manifest["recipe"] == ""
        assert plain.manifest["settings"]["template"] == ["detailed", "basic"]
        before = server.stats.requests
        simple = build(server, article, tmp_path / "work", recipe="simple")
        assert server.stats.requests == before
    assert contents(plain) == contents(simple)


# The default --------------------------------------------------------------------------------------


def test_a_language_model_is_asked_by_the_expert_recipe_unless_told_otherwise(article, tmp_path):
    with serve() as server:
        usual = build(server, article, tmp_path / "work", recipe=None)
        before = server.stats.requests
        assert usual.manifest["recipe"] == usual.manifest["settings"]["recipe"] == "expert"
        assert usual.manifest["settings"]["template"] == []
        named = build(server, article, tmp_path / "work", recipe="expert")
        assert server.stats.requests == before
    assert contents(usual) == contents(named)


def test_the_built_in_writer_keeps_the_simple_recipe(article, tmp_path):
    dataset = api.build(
        files=(article,), model="extractive", workspace=tmp_path, name="d", report=False, environ={}
    )
    assert dataset.manifest["recipe"] == "simple"
    closest = dataset.manifest["measures"]["leakage"]["closest"]["similarity"]
    card = (dataset.folder / "README.md").read_text("utf-8")
    assert f"Greatest likeness to a trained one of the article: {closest} " in card
    assert "answers the question" in card
    assert set(dataset.manifest["pairs"]["splits"]) == {"train", "validation", "test"}


def test_replies_to_the_recipe_that_was_the_default_before_are_used_by_name(article, tmp_path):
    with serve() as server:
        old = contents(build(server, article, tmp_path / "work", recipe="simple"))
        before = server.stats.requests
        options = {
            "files": (article,), "base_url": server.base_url, "model": "m", "environ": KEY,
            "workspace": tmp_path / "work",
        }  # fmt: skip
        plan = api.plan(**options)
        assert (plan.recipe, plan.simpler.recipe) == ("expert", "simple")
        assert (plan.simpler.calls, plan.simpler.stored) == (0, before)
        assert contents(build(server, article, tmp_path / "work", recipe="simple")) == old
        assert server.stats.requests == before


def test_a_plan_says_what_the_simple_recipe_would_take_until_this_one_has_begun(article, tmp_path):
    with serve() as server:
        options = {
            "files": (article,), "base_url": server.base_url, "model": "m", "environ": KEY,
            "workspace": tmp_path / "work", "price_in": 1.0, "price_out": 1.0,
        }  # fmt: skip
        plan, simple = api.plan(**options), api.plan(**options, recipe="simple")
        assert simple.simpler is None
        assert plan.simpler.calls == len(simple.new) < len(plan.new)
        assert plan.simpler.cost == pytest.approx(simple.cost)
        assert api.plan(**options, recipe="expert").simpler is None
        build(server, article, tmp_path / "work", recipe=None, max_calls=5)
        assert api.plan(**options).simpler is None


def test_a_split_by_sections_is_refused_where_wordings_are_held_out(article, tmp_path):
    options = {"files": (article,), "workspace": tmp_path, "base_url": "http://x/v1", "model": "m"}
    for recipe in (None, "expert", "light"):
        with pytest.raises(Misconfigured, match=r"--split .* --recipe simple"):
            api.plan(**options, recipe=recipe, shares="80/10/10", environ=KEY)
    assert api.plan(**options, recipe="simple", shares="90/5/5", environ=KEY).new


def test_a_prompt_file_of_ones_own_that_the_default_leaves_aside_is_told(
    article, tmp_path, monkeypatch
):
    mine = tmp_path / "prompts"
    mine.mkdir()
    for name in ("basic", "detailed", "facts"):
        shutil.copy(shipped_folder() / f"{name}.md", mine)
    for name in ("basic", "facts"):
        text = (mine / f"{name}.md").read_text("utf-8")
        (mine / f"{name}.md").write_text(text.replace("[user]", "Be brief.\n\n[user]"), "utf-8")
    told = []
    options = {
        "files": (article,), "workspace": tmp_path, "base_url": "http://x/v1", "model": "m",
        "environ": KEY, "observe": lambda event: told.append(getattr(event, "text", "")),
    }  # fmt: skip
    monkeypatch.chdir(tmp_path)
    api.plan(**options)
    [note] = [text for text in told if "is not used" in text]
    assert "prompts/basic.md" in note
    assert "--recipe simple" in note
    told.clear()
    api.plan(**options, recipe="expert")
    assert not any("is not used" in text for text in told)


def test_a_dataset_of_another_recipe_leaves_no_file_behind(article, tmp_path):
    with serve() as server:
        build(server, article, tmp_path / "work", recipe="simple")
        dataset = build(server, article, tmp_path / "work")
        assert not (dataset.folder / "validation.jsonl").exists()
        dataset = build(server, article, tmp_path / "work", recipe="simple")
    assert not (dataset.folder / "facts.jsonl").exists()
    assert not (dataset.folder / "eval_control.jsonl").exists()


def test_the_built_in_writer_cannot_list_facts(article, tmp_path):
    with pytest.raises(Misconfigured, match="--recipe simple"):
        api.build(files=(article,), model="extractive", recipe="expert", workspace=tmp_path)


def test_a_recipe_and_single_prompt_files_exclude_each_other(article, tmp_path):
    with pytest.raises(Misconfigured, match="not both"):
        api.job(files=(article,), recipe="expert", templates=("basic",), workspace=tmp_path)


def test_a_stop_keeps_what_is_paid_for(article, tmp_path):
    stop = Stop()
    with serve() as server:
        build_with = {"observe": lambda event: stop.set("test") if server.stats.good >= 8 else None}
        dataset = build(server, article, tmp_path / "work", stop=stop, **build_with)
        assert dataset.stopped == "test"
        build(server, article, tmp_path / "work")
        assert server.stats.paid_twice == 0


# Prompt files of the recipe by themselves ---------------------------------------------------------


def trial(server, article, tmp_path, prompt, **options):
    return api.try_prompt(
        prompt, files=(article,), base_url=server.base_url, model="m", log=False,
        workspace=tmp_path / "work", environ=KEY, **options,
    )  # fmt: skip


def test_a_trial_of_a_later_step_asks_those_before_it_and_shows_its_own_pairs(article, tmp_path):
    with serve() as server:
        tried = trial(server, article, tmp_path, "basic-facts", sections=2)
        assert steps_asked(server) == {"facts": 2, "more-facts": 2, "basic": 2}
        assert tried.exit_code == ExitCode.OK
        assert [len(one.pairs) > 1 for one in tried.sections] == [True, True]
        assert {one.pair.kind for section in tried.sections for one in section.pairs} == {"basic"}
        assert all(section.asked for section in tried.sections)
        assert all(one.pair.facts for section in tried.sections for one in section.pairs)
        before = server.stats.requests
        build(server, article, tmp_path / "work", recipe=None)
        assert server.stats.paid_twice == 0
        assert server.stats.requests > before
        again = trial(server, article, tmp_path, "wording", sections=2)
        assert (again.run.answered, again.run.planned > 0) == (0, True)
        assert {one.pair.kind for section in again.sections for one in section.pairs} == {"wording"}
        assert again.whole.new == []


def test_a_trial_of_a_list_of_facts_shows_them(article, tmp_path):
    with serve() as server:
        tried = trial(server, article, tmp_path, "facts", sections=2)
        assert steps_asked(server) == {"facts": 2}
    assert all(section.facts for section in tried.sections)
    told = tried.as_dict()["sections"][0]["facts"][0]
    assert {"statement", "subject", "quote", "name"} <= told.keys()


def test_a_step_with_a_share_is_tried_on_every_section_that_is_chosen(
    article, tmp_path, for_short_sections
):
    with serve() as server:
        recipe = for_short_sections
        tried = trial(server, article, tmp_path, "abstain", sections=3, recipe=recipe)
        assert len(tried.sections) == 3
        assert trial(server, article, tmp_path, "link", sections=3, recipe=recipe).sections
        before = server.stats.requests
        with pytest.raises(Misconfigured, match="asks nothing about"):
            trial(server, article, tmp_path, "abstain", sections=3)
        assert server.stats.requests == before


def test_an_edited_prompt_file_of_a_later_step_is_compared_on_the_same_facts(article, tmp_path):
    mine = tmp_path / "mine" / "basic-facts.md"
    mine.parent.mkdir()
    text = (shipped_folder() / "basic-facts.md").read_text("utf-8")
    mine.write_text(text.replace("[user]", "Be brief.\n\n[user]"), "utf-8")
    with serve() as server:
        found = api.compare(
            "template:basic-facts", f"template:{mine}", files=(article,), model="m", log=False,
            base_url=server.base_url, workspace=tmp_path / "work", environ=KEY,
        )  # fmt: skip
        asked = steps_asked(server)
    assert asked["facts"] == asked["more-facts"] == 6
    assert asked["basic"] == 12
    accepted = next(line for line in found.lines if line.label == "accepted pairs per call")
    assert accepted.a == accepted.b > 0


def test_two_models_are_compared_by_the_simple_recipe_unless_another_is_named(article, tmp_path):
    options = {"files": (article,), "log": False, "workspace": tmp_path, "environ": KEY}
    for recipe, steps in (
        (None, {"basic", "detailed"}),
        ("expert", set(STEPS) - {"abstain", "link"}),
    ):
        with serve() as server:
            api.compare(
                "model:a", "model:b", **options, base_url=server.base_url, sections=3, recipe=recipe
            )
            assert steps <= steps_asked(server).keys()


def test_what_checks_have_to_say_of_a_kept_pair_is_written_counted_and_shown(article, tmp_path):
    said = "Tarn Point Light was lit 3 years after work began: 1871 minus 1868."
    text = json.dumps(
        {"prompt": "How long did Tarn Point Light take to build?", "completion": said}
    )
    with ChatServer(Rule(answer="text", contains="Kind: basic", text=text)) as server:
        dataset = build(
            server, article, tmp_path / "work", "simple", sections=("History",), report=True
        )
    marked = [row for row in rows(dataset, "pairs") if row["marks"]]
    assert [(row["completion"], row["marks"]) for row in marked] == [
        (said, ["numbers: derived_number says 3"])
    ]
    assert dataset.manifest["pairs"]["marked_by_reason"] == {"numbers: derived_number": 1}
    html = (dataset.folder / "report.html").read_text("utf-8")
    assert html.count('class="marks"') == 1
    assert "derived_number says 3" in html


@pytest.mark.parametrize(
    "trouble",
    [
        Rule(answer="empty", contains="Facts, about"),
        Rule(answer="refusal", contains="Facts, about"),
        Rule(answer="text", contains="Facts, about", text="Nothing to list here, as far as I see."),
        Rule(answer="empty", contains="Facts, at most"),
        Rule(answer="empty", contains="Kind: "),
        Rule(answer="text", contains="Kind: ", text="I would rather not write any pair today."),
        Rule(answer="length", contains="Kind: basic", text='{"prompt": "What is'),
        Rule(answer="content_policy", contains="Kind: "),
    ],
    ids=lambda rule: f"{rule.answer} at {rule.contains}",
)
def test_every_section_of_some_length_has_pairs_or_a_reason(article, tmp_path, trouble):
    with serve("good_expert", trouble) as server:
        dataset = build(server, article, tmp_path / "work")
    gaps = dataset.manifest["measures"]["balance"]["gaps"]
    assert gaps["unexplained"] == 0
    measured = rows(dataset, "measures")
    assert {tuple(row["section"]) for row in measured} == {
        tuple(row["section"]) for row in rows(dataset, "outline") if row["passages"]
    }
    for row in measured:
        assert row["pairs"] or row["gap"].split()[0] in ("rejected", "failed", "partial", "done")


def test_progress_counts_the_calls_that_replies_are_expected_to_lead_to(article, tmp_path):
    progress = Progress(lambda reply: None, time.monotonic)
    seen = []

    def look(event):
        progress.take(event)
        now = progress.snapshot()
        seen.append((now.done, now.calls + now.ahead))

    with serve() as server:
        build(server, article, tmp_path / "work", observe=look, concurrency=2)
        made = server.stats.requests
    assert seen[-1] == (made, made)
    early = [total for done, total in seen if 3 <= done <= made / 2]
    assert early
    assert all(0.7 * made <= total <= 1.4 * made for total in early)
