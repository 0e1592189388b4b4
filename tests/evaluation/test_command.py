"""`loremill evaluate` as users run it."""

from __future__ import annotations

import json

import pytest

from tests.cli.running import loremill
from tests.evaluation.test_evaluate import a_base, a_tuned, save_classes
from tests.evaluation.villages import models, save_village
from tests.fakes.chat_server import ChatServer


@pytest.fixture
def village(tmp_path):
    return save_village(tmp_path / "village")


@pytest.fixture
def server(village):
    with ChatServer(speak=models(base=a_base(village), tuned=a_tuned(village))) as running:
        yield running


def evaluate(village, server, *more):
    return loremill(
        "evaluate", village.name, "--workspace", village.parent, "--base", "base", "--tuned", "tuned",
        "--base-url", server.base_url, "--limit", 10, *more,
    )  # fmt: skip


def test_goals_and_figures_are_shown_at_the_terminal(village, server):
    done = evaluate(village, server)
    assert done.code == 0, done.err
    assert "held-out wording 6 0 % 0–39 100 % 61–100" in " ".join(done.out.split())
    assert done.out.count("with retrieval") == 1
    assert "answers wordings that were held out" in done.out
    assert str(village / "evaluation" / "evaluation.html") in done.out
    assert "new calls to base" in done.err


def test_a_dry_run_asks_nothing_and_says_what_it_would(village, server):
    done = evaluate(village, server, "--dry-run", "--json", "--price-in", 1, "--price-out", 1)
    assert done.code == 0, done.err
    assert done.json["rows"]["held_out"] == 6
    assert [one["role"] for one in done.json["models"]] == ["base", "tuned"]
    assert done.json["cost_usd"] > 0
    shown = evaluate(village, server, "--dry-run")
    assert "columns: closed-book, with the section, with retrieval" in shown.out
    assert server.stats.requests == 0
    assert not (village / "evaluation").exists()


def test_scripts_get_one_object_and_the_exit_code(village, server, tmp_path):
    out = tmp_path / "elsewhere"
    done = evaluate(village, server, "--json", "--max-calls", 12, "--out", out)
    assert done.code == 3
    assert done.json["exit_code"] == 3
    assert done.json["folder"] == str(out)
    assert done.err == ""
    again = evaluate(village, server, "--json", "--out", out)
    assert again.code == 0
    assert again.json["rows"]["held_out"]["columns"]["closed"]["tuned"]["correct"]["share"] == 1
    assert json.loads((out / "evaluation.json").read_text(encoding="utf-8"))["dataset"] == "village"
    assert server.stats.paid_twice == 0


def test_some_rows_and_columns_alone_can_be_asked_and_shown_in_detail(village, server):
    done = evaluate(
        village, server, "--rows", "held_out,control", "--columns", "closed", "--details"
    )
    assert done.code == 0, done.err
    assert server.stats.requests == 20
    shown = " ".join(done.out.split())
    assert "control base 0 % 100 % 0 % 0.00 –" in shown
    assert "general" not in shown.partition("goal")[0]


def test_classes_are_shown_with_their_figures(tmp_path):
    folder = save_classes(tmp_path / "classes")
    speak = models(base=lambda prompt: "yes", tuned=lambda prompt: prompt.split()[0])
    with ChatServer(speak=speak) as server:
        done = evaluate(folder, server)
    assert done.code == 0, done.err
    assert "AUROC" in done.out
    assert "answers alone" in done.out
    assert "goal" not in done.out


def test_what_is_wrong_is_said_with_the_next_step(village, server):
    done = loremill("evaluate", village, "--base-url", server.base_url)
    assert done.code == 2
    assert "give --base, --tuned, or both" in done.err
    assert evaluate(village, server, "--columns", "sektion").code == 2
