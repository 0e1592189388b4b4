"""Evaluations from beginning to end, against models of several characters."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from generator import api
from generator.engine.stop import Stop
from generator.errors import ExitCode, Misconfigured, ProviderRefuses, Stopped
from generator.evaluation.general import read_general
from generator.evaluation.survey import Options
from generator.exporters.manifest import verify_manifest
from tests.deriving.folders import mills, read, save, write
from tests.evaluation.villages import (
    TONGUES,
    UNKNOWN,
    bluffer,
    judging,
    knower,
    known,
    models,
    reader,
    save_village,
    silent,
    telling_odds,
)
from tests.fakes.chat_server import ChatServer, Rule

GENERAL = {one.prompt: one.answers[0] for one in read_general()}


@pytest.fixture
def village(tmp_path):
    return save_village(tmp_path / "village")


def a_base(folder, language="en"):
    return knower(known(folder), GENERAL, UNKNOWN[language])


def a_tuned(folder, language="en", otherwise=""):
    trained = known(folder, trained_only=True)
    return knower(known(folder), {**trained, **GENERAL}, otherwise or UNKNOWN[language])


def evaluate(folder: Path, server: ChatServer, **options):
    settings = Options(**{"limit": 20, **options.pop("settings", {})})
    given = {"base": "base", "tuned": "tuned", "base_url": server.base_url, **options}
    return api.evaluate(
        folder, settings=settings, workspace=folder.parent / "ws", environ={}, **given
    )


def share(found, row, side, column="closed"):
    return found.figures.get(row, column, side).correct


def goals(found):
    return {goal.name: goal.is_met for goal in found.goals}


@pytest.mark.parametrize("language", TONGUES)
def test_a_model_that_has_learnt_reaches_the_goals_in_every_language(tmp_path, language):
    folder = save_village(tmp_path / "village", language=language)
    speak = models(base=a_base(folder, language), tuned=a_tuned(folder, language))
    with ChatServer(speak=speak) as server:
        found = evaluate(folder, server)
    assert share(found, "held_out", "base") == (0, 6)
    assert share(found, "held_out", "tuned") == (6, 6)
    assert share(found, "control", "tuned") == (0, 4)
    assert share(found, "control", "tuned", "section") == (4, 4)
    assert share(found, "control", "base", "retrieval") == (4, 4)
    assert found.figures.get("unanswerable", "section", "base").abstained.value == 1
    # All but the two unanswerable questions that were trained on with an answer are abstained from.
    assert goals(found) == {
        "subject is new": True, "items are good": True, "gain": True, "gap": True,
        "abstention": True, "no bluff": True, "general": True, "reading": True,
    }  # fmt: skip
    assert found.exit_code == ExitCode.OK
    assert "does better than the tuned one does alone" not in " ".join(found.warnings)


def test_a_model_that_bluffs_is_found_out(village):
    with ChatServer(speak=models(base=a_base(village), tuned=bluffer({}))) as server:
        found = evaluate(village, server)
    assert found.figures.get("control", "closed", "tuned").wrong == (4, 4)
    assert goals(found) == {
        "subject is new": True, "items are good": True, "gain": False, "gap": True,
        "abstention": False, "no bluff": False, "general": False, "reading": False,
    }  # fmt: skip
    assert any("does better than the tuned one does alone" in one for one in found.warnings)


def test_a_model_that_never_says_anything_is_no_hero_of_honesty(village):
    with ChatServer(speak=models(base=a_base(village), tuned=silent({}))) as server:
        found = evaluate(village, server)
    assert share(found, "unanswerable", "tuned") == (8, 8)
    assert share(found, "answerable", "tuned") == (0, 8)
    assert found.figures.get("answerable", "closed", "tuned").abstained == (8, 8)
    assert goals(found)["general"] is False


def test_a_base_that_knows_the_subject_is_said_to(village):
    speak = models(base=a_tuned(village), tuned=a_tuned(village))
    with ChatServer(speak=speak) as server:
        found = evaluate(village, server)
    assert goals(found)["subject is new"] is False
    assert any("knows the subject already" in one for one in found.warnings)


def test_questions_that_the_section_does_not_answer_are_left_out_and_counted(village):
    answers = known(village)
    lost = next(one for one in answers if one.startswith("Ostrey's mill"))
    base = reader({one: said for one, said in answers.items() if one != lost})
    with ChatServer(speak=models(base=base, tuned=a_tuned(village))) as server:
        found = evaluate(village, server)
    assert found.figures.checked_by == "base"
    assert found.figures.left_out == {"held_out": 1}
    assert share(found, "held_out", "tuned") == (5, 5)
    assert share(found, "held_out", "base", "section") == (5, 6)
    row = next(one for one in read(village / "evaluation" / "answers.jsonl") if one["is_left_out"])
    assert row["question"] == lost


def test_a_base_that_cannot_read_leaves_no_question_out(village):
    with ChatServer(speak=models(base=silent({}), tuned=a_tuned(village))) as server:
        found = evaluate(village, server)
    assert found.figures.is_checker_weak
    assert not found.figures.left_out
    assert share(found, "held_out", "tuned") == (6, 6)
    assert goals(found)["gain"] is True
    assert goals(found)["items are good"] is False
    assert any("none are left out" in one for one in found.warnings)
    # What was never there cannot have been lost.
    assert goals(found)["general"] is None


def test_a_second_run_asks_nothing_and_writes_the_same(village):
    with ChatServer(speak=models(base=a_base(village), tuned=a_tuned(village))) as server:
        evaluate(village, server)
        folder = village / "evaluation"
        first = {path.name: path.read_bytes() for path in folder.iterdir()}
        asked = server.stats.requests
        found = evaluate(village, server)
        assert server.stats.requests == asked
        assert server.stats.paid_twice == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert sorted(first) == ["answers.jsonl", "evaluation.html", "evaluation.json"]
    assert found.run.already_answered == asked
    told = json.loads(first["evaluation.json"])
    assert told["rows"]["held_out"]["columns"]["closed"]["test"]["only_tuned_correct"] == 6
    assert len(read(folder / "answers.jsonl")) == sum(told["items"]["asked"].values())


def test_an_evaluation_stops_at_its_budget_and_goes_on_from_there(village):
    with ChatServer(speak=models(base=a_base(village), tuned=a_tuned(village))) as server:
        stopped = evaluate(village, server, max_calls=40, concurrency=2)
        assert server.stats.requests == 40
        assert stopped.exit_code == ExitCode.STOPPED
        assert "calls made" in stopped.stopped
        assert any("have no reply" in one for one in stopped.warnings)
        whole = evaluate(village, server)
        assert whole.exit_code == ExitCode.OK
        assert server.stats.paid_twice == 0
        nothing = evaluate(village, server, max_calls=0)
        assert nothing.exit_code == ExitCode.OK


def test_one_budget_bounds_all_models_and_the_judge(village):
    speak = models(base=a_base(village), tuned=a_tuned(village), judge=judging)
    prices = {
        "price_in": 1000.0,
        "price_out": 1000.0,
        "judge_price_in": 1000.0,
        "judge_price_out": 1000.0,
    }
    with ChatServer(speak=speak) as server:
        found = evaluate(village, server, judge="judge", budget=4.0, concurrency=1, **prices)
        assert found.exit_code == ExitCode.STOPPED
        assert found.cost is not None
        assert found.cost <= 4
    with pytest.raises(Misconfigured, match="price of"), ChatServer(speak=speak) as server:
        evaluate(village, server, budget=4.0)


def test_nothing_is_written_where_nothing_was_answered(village):
    with (
        ChatServer(Rule(answer="status", status=401)) as server,
        pytest.raises(ProviderRefuses),
    ):
        evaluate(village, server)
    assert not [*(village / "evaluation").iterdir()]
    stop = Stop()
    stop.set("interrupted")
    survey = api.survey(village, base="base", base_url="http://127.0.0.1:9/v1", environ={}, workspace=village.parent / "ws")  # fmt: skip
    with pytest.raises(Stopped, match="before anything was answered"):
        asyncio.run(api.evaluate_async(survey, stop=stop))


def test_calls_that_fail_count_for_nothing_and_the_exit_code_says_so(village):
    speak = models(base=a_base(village), tuned=a_tuned(village))
    with ChatServer(Rule(answer="status", status=400, contains="barn"), speak=speak) as server:
        found = evaluate(village, server)
    assert found.exit_code == ExitCode.INCOMPLETE
    assert share(found, "held_out", "tuned") == (5, 5)
    assert found.figures.get("held_out", "closed", "tuned").unanswered == 1


def test_two_models_of_one_name_at_two_places_do_not_share_replies(village):
    with (
        ChatServer(speak=models(model=a_base(village))) as one,
        ChatServer(speak=models(model=a_tuned(village))) as other,
    ):
        found = evaluate(
            village, one, base="model", tuned="model", tuned_options={"base_url": other.base_url}
        )
        assert one.stats.requests == other.stats.requests > 0
        assert "endpoint" not in one.requests[0]
        again = evaluate(village, one, base="model", tuned=None, settings={"draw": 1})
        assert one.stats.requests == 2 * other.stats.requests
    assert share(found, "held_out", "base") == (0, 6)
    assert share(found, "held_out", "tuned") == (6, 6)
    assert share(again, "held_out", "base") == (0, 6)


def test_all_is_asked_greedily_and_without_hints(village):
    with ChatServer(speak=models(tuned=a_tuned(village))) as server:
        evaluate(village, server, base=None, settings={"columns": ("closed",)})
    for asked in server.requests:
        assert asked["temperature"] == 0
        assert [message["role"] for message in asked["messages"]] == ["user"]
        assert "logprobs" not in asked


def test_rows_for_base_models_are_asked_as_plain_texts(tmp_path):
    export = {
        "format": "completion",
        "options": {"base_context": "About {article}:", "stop": " END"},
    }
    folder = save_village(tmp_path / "village", manifest={"export": export})
    with ChatServer(speak=models(base=a_base(folder), tuned=a_tuned(folder))) as server:
        found = evaluate(folder, server)
        texts = [asked["prompt"] for asked in server.requests]
    assert share(found, "held_out", "tuned") == (6, 6)
    assert all(text.endswith("\n\n###\n\n") for text in texts)
    assert any(text.startswith("About Ostrey:\nWho built") for text in texts)
    assert any(f"{one}\n\n###\n\n" in texts for one in GENERAL)
    with ChatServer(
        speak=models(base=a_base(folder)), is_plain_too=False, models=["base"]
    ) as server:
        with pytest.raises(ProviderRefuses, match="no plain completions"):
            evaluate(folder, server, tuned=None)
        found = evaluate(folder, server, tuned=None, settings={"form": "chat"})
        assert share(found, "held_out", "base", "section") == (6, 6)


def test_a_dataset_without_facts_has_its_splits(tmp_path):
    folder = save_village(tmp_path / "village", has_facts=False)
    with ChatServer(speak=models(base=a_base(folder), tuned=a_tuned(folder))) as server:
        found = evaluate(folder, server)
    assert found.figures.rows == ["train", "validation", "test", "general"]
    assert goals(found)["gap"] is None
    assert "retrieval" in found.figures.columns


def test_a_dataset_without_passages_is_asked_closed_book_and_says_so(tmp_path):
    folder = save_village(tmp_path / "village", has_facts=False)
    (folder / "outline.jsonl").unlink()
    with ChatServer(speak=models(base=a_base(folder), tuned=a_tuned(folder))) as server:
        found = evaluate(folder, server)
        with pytest.raises(Misconfigured, match="no outline"):
            evaluate(folder, server, settings={"columns": ("section",)})
    assert found.figures.columns == ["closed"]
    assert found.figures.checked_by is None
    assert any("no passages are known" in one for one in found.warnings)
    assert goals(found)["items are good"] is None


def test_a_judge_counts_only_where_it_is_trusted(village):
    speak = models(
        base=a_base(village), tuned=a_tuned(village, otherwise="Ada Miller did."), judge=judging
    )
    with ChatServer(speak=speak) as server:
        doubted = evaluate(village, server, judge="judge")
        trusted = evaluate(village, server, judge="judge", trust_judge=True)
    assert doubted.judging is not None
    assert not doubted.judging.is_trusted
    assert any("is not trusted" in one for one in doubted.warnings)
    assert trusted.judging.is_trusted
    assert trusted.judging.passed + trusted.judging.refused + trusted.judging.unjudged > 0
    judged = [one for one in trusted.answers if one.judged]
    assert all(one.item.passages and one.item.is_answerable for one in judged)
    assert not any(one.judged for one in trusted.answers if one.item.row == "general")
    told = trusted.as_dict()["judge"]
    assert told["trusted"] is True
    assert [one.role for one in trusted.spent] == ["base", "tuned", "judge"]


def test_hostile_answers_change_nothing_and_stay_texts(village):
    attack = "</dd><script>alert(1)</script><img src=x onerror=alert(1)> \u202e\x00\ud83d {{ 7 * 7 }} END"
    with ChatServer(speak=models(base=a_base(village), tuned=lambda prompt: attack)) as server:
        found = evaluate(village, server)
    page = (village / "evaluation" / "evaluation.html").read_text(encoding="utf-8")
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "\u202e" not in page
    assert "{{ 7 * 7 }}" in page
    assert share(found, "control", "tuned") == (0, 4)
    assert len(read(village / "evaluation" / "answers.jsonl")) > 0


def test_a_dataset_with_an_evaluation_is_still_whole(village, tmp_path):
    with ChatServer(speak=models(base=a_base(village))) as server:
        evaluate(village, server, tuned=None)
    assert "evaluation" not in str(verify_manifest(village))


def test_the_forecast_says_what_each_model_will_take(village):
    given = {"base": "base", "tuned": "tuned", "workspace": village.parent / "ws", "environ": {}}
    with ChatServer(speak=models(base=a_base(village), tuned=a_tuned(village))) as server:
        survey = api.survey(
            village, base_url=server.base_url, judge="judge", price_in=1.0, price_out=2.0,
            judge_price_in=1.0, judge_price_out=1.0, tuned_options={"price_in": 3.0},
            settings=Options(limit=20), **given
        )  # fmt: skip
        found = api.forecast(survey)
        assert server.stats.requests == 0
        base, tuned, judge = found.models
        assert (base.role, base.calls, base.new) == ("base", 92, 92)
        assert tuned.cost > base.cost > 0
        assert judge.calls > 0
        assert found.cost == pytest.approx(base.cost + tuned.cost + judge.cost)
        evaluate(village, server)
        again = api.forecast(replace(survey))
    assert [one.new for one in again.models[:2]] == [0, 0]


def test_what_cannot_be_is_said_before_anything_is_asked(village, tmp_path):
    def survey(**options):
        given = {"environ": {}, "workspace": tmp_path, "base_url": "http://x/v1", **options}
        dataset = given.pop("dataset", village)
        settings = Options(**given.pop("settings", {}))
        return api.survey(dataset, settings=settings, **given)

    for options, said in (
        ({}, "no model to evaluate"),
        ({"base": "extractive"}, "built-in writer"),
        ({"base": "m", "dataset": "vilage"}, "did you mean 'village'"),
        ({"base": "m", "settings": {"columns": ("sections",)}}, "did you mean 'section'"),
        ({"base": "m", "settings": {"limit": 0}}, "--limit"),
        ({"base": "m", "settings": {"rows": ("heldout",)}}, "did you mean 'held_out'"),
        ({"base": "m", "settings": {"rows": ("link",)}}, "it has seen, held_out"),
        ({"base": "m", "settings": {"positive": "yes"}}, "two classes"),
        ({"base": "m", "settings": {"is_classification": True}}, "no classes"),
        ({"base": "m", "settings": {"general": tmp_path / "none"}}, "cannot read general"),
    ):
        with pytest.raises(Misconfigured, match=said):
            survey(**options)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"), ("[]", "no JSON object"), ('{"questions": "x"}', "did you mean"),
        ('{"question": "x"}', "'answers'"), ('{"question": "x", "answers": []}', "'answers'"), ("", "no questions"),
    ],
)  # fmt: skip
def test_a_file_of_general_questions_is_looked_over(tmp_path, line, said):
    path = tmp_path / "general.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match=said):
        read_general(path)


# Classes ------------------------------------------------------------------------------------------


def save_classes(folder, labels=("yes", "no"), per_class=20):
    """Texts that each begin with their class, in three splits."""
    save_village(folder, has_facts=False)
    (folder / "outline.jsonl").unlink()
    row = read(folder / "pairs.jsonl")[0]
    rows = [
        {
            **row, "id": f"{label}{n}", "prompt": f"{label} text {n}", "completion": label,
            "split": ("train", "train", "validation", "test")[n % 4], "kind": "discriminator",
        }
        for n in range(per_class) for label in labels
    ]  # fmt: skip
    write(folder / "pairs.jsonl", rows)
    return folder


def test_two_classes_have_curves_from_the_odds_of_the_first_token(tmp_path):
    folder = save_classes(tmp_path / "classes")

    def label(prompt):
        is_hard = prompt.endswith(("3", "7"))
        own = prompt.split()[0]
        return (("no" if own == "yes" else "yes"), 0.55) if is_hard else (own, 0.95)

    speak = telling_odds(label, other=lambda told: "no" if told == "yes" else "yes")
    with ChatServer(speak=speak) as server:
        found = evaluate(folder, server)
        assert server.requests[0]["top_logprobs"] == 20
    test = found.classes["test"]["tuned"]
    assert test.binary is not None
    assert test.binary.positive == "yes"
    assert test.binary.from_odds
    assert 0 < test.binary.auroc < 1
    assert test.accuracy.whole == 10
    assert found.goals == ()
    assert found.as_dict()["classification"]["test"]["base"]["confusion"]["yes"]


def test_an_endpoint_without_odds_gives_curves_from_the_answers_alone(tmp_path):
    folder = save_classes(tmp_path / "classes")
    speak = models(base=lambda prompt: "yes", tuned=lambda prompt: f"{prompt.split()[0]}.")
    with ChatServer(speak=speak, rejects=("logprobs", "top_logprobs")) as server:
        found = evaluate(folder, server, settings={"beta": 2.0, "positive": "no"})
    base, tuned = found.classes["test"]["base"].binary, found.classes["test"]["tuned"].binary
    assert not base.from_odds
    assert (base.recall, base.auroc, base.f_beta) == (0, 0.5, 0)
    assert (tuned.precision, tuned.recall, tuned.auroc, tuned.auprc) == (1, 1, 1, 1)
    assert tuned.beta == 2
    page = (folder / "evaluation" / "evaluation.html").read_text(encoding="utf-8")
    assert "the answers alone" in page


def test_more_classes_have_accuracy_f1_and_a_confusion(tmp_path):
    folder = save_classes(tmp_path / "classes", labels=("baseball", "hockey", "<b>chess</b>"))
    speak = models(tuned=lambda prompt: prompt.split(" text")[0], base=lambda prompt: "tennis")
    with ChatServer(speak=speak) as server:
        found = evaluate(folder, server)
    assert found.classes["test"]["tuned"].weighted_f1 == 1
    assert found.classes["test"]["tuned"].binary is None
    assert found.classes["test"]["base"].confusion["hockey"] == {"(other)": 5}
    assert "<b>chess" not in (folder / "evaluation" / "evaluation.html").read_text("utf-8")


@pytest.mark.parametrize("kind", ["classification", "discriminator"])
def test_derived_sets_are_evaluated_as_classes(tmp_path, kind):
    folder = save(tmp_path / "mills", {**mills(), **mills(title="Wind mill")})
    made = api.derive(kind, folder, workspace=tmp_path, per_class=20)
    rows = {row["prompt"]: row["completion"] for row in read(made.folder / "pairs.jsonl")}
    speak = models(base=lambda prompt: "who knows?", tuned=lambda prompt: f"{rows[prompt]}.")
    with ChatServer(speak=speak) as server:
        found = evaluate(made.folder, server)
    assert len(found.survey.classes) == 2
    for row in found.classes.values():
        assert row["tuned"].accuracy.value == 1
        assert row["base"].accuracy.value == 0
        assert row["tuned"].binary.positive == found.survey.positive
    if kind == "discriminator":
        assert found.survey.positive == "yes"
    # What is in the folder now is no reason not to derive it anew.
    assert api.derive(kind, folder, workspace=tmp_path, per_class=20).folder == made.folder
