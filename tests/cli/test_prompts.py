"""`loremill prompts check` and `try`: looked over, tried, and paid for once."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

import generator
from generator import api
from generator.errors import BadTemplate, Misconfigured, ProviderRefuses, Stopped
from generator.prompts import shipped_folder
from tests.cli.articles import MUENZE, write
from tests.cli.running import ROOT, command, environment, loremill
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "sk-test"}
BAD = """+++
kind = "basic"
min_pairs = 30

[model]
temprature = 0.5
+++
[user]
Article: {{ titel }}
Begin with "According to the passage".
"""


@pytest.fixture
def article(tmp_path):
    return write(tmp_path)


@pytest.fixture
def prompt(tmp_path):
    """A prompt file of one's own."""
    path = tmp_path / "mine" / "basic.md"
    path.parent.mkdir()
    path.write_bytes((shipped_folder() / "basic.md").read_bytes())
    return path


def try_prompt(article, tmp_path, server, *, prompt="basic", **options):
    """Without a process of its own."""
    return api.try_prompt(
        prompt,
        files=(article,),
        workspace=tmp_path / "work",
        model="m",
        base_url=server.base_url,
        environ=KEY,
        **options,
    )


def build(article, tmp_path, server, **options):
    return generator.build(
        files=(article,),
        workspace=tmp_path / "work",
        model="m",
        base_url=server.base_url,
        environ=KEY,
        **options,
    )


# check --------------------------------------------------------------------------------------------


def test_shipped_prompt_files_pass():
    done = loremill("prompts", "check")
    files = len(list((ROOT / "prompts").glob("*.md")))
    assert (done.code, done.out) == (0, f"{files} prompt files: nothing found\n")


def test_errors_are_shown_with_their_lines_and_exit_with_2(tmp_path):
    path = tmp_path / "bad.md"
    path.write_text(BAD, encoding="utf-8")
    done = loremill("prompts", "check", path)
    assert done.code == 2
    assert f"{path}:3 error min_over_max" in done.out
    assert f"{path}:9 error unknown_variable unknown variable 'titel'; did you mean" in done.out
    assert f"{path}:10 warning invited_phrase" in done.out
    assert done.out.splitlines()[-1].startswith("1 prompt file: ")


def test_warnings_exit_with_2_only_where_that_is_wanted(prompt):
    text = prompt.read_text(encoding="utf-8")
    prompt.write_text(text.replace("<passage>", "").replace("</passage>", ""), encoding="utf-8")
    assert loremill("prompts", "check", prompt).code == 0
    strict = loremill("prompts", "check", prompt, prompt.with_name("none.md"), "--json", "--strict")
    assert (strict.code, strict.json["exit_code"]) == (2, 2)
    assert (strict.json["errors"], strict.json["warnings"]) == (1, 1)
    unreadable, finding = strict.json["findings"]
    assert unreadable["code"] == "unreadable"
    assert (finding["code"], finding["severity"]) == ("no_delimiter", "warning")
    assert finding["line"] == text[: text.index("<passage>")].count("\n") + 2
    assert finding["next_step"]


def test_a_name_that_is_not_known_is_said():
    with pytest.raises(Misconfigured, match="did you mean 'basic'"):
        api.try_prompt("basik", "Bell", environ={})


# try ----------------------------------------------------------------------------------------------


def test_replies_to_a_trial_count_when_the_build_comes(article, tmp_path, prompt):
    with ChatServer() as server:
        trial = try_prompt(article, tmp_path, server, prompt=prompt)
        assert server.stats.requests == 3 == trial.run.answered
        planned = len(trial.whole.calls)
        assert len(trial.whole.new) == planned - 3 > 0
        dataset = build(article, tmp_path, server, prompts=prompt.parent, templates=("basic",))
        assert server.stats.requests == planned
        assert dataset.run.already_answered == 3
        again = try_prompt(article, tmp_path, server, prompt=prompt)
        assert server.stats.requests == planned
        assert server.stats.paid_twice == 0
    assert again.whole.new == []
    assert again.sections == trial.sections


def test_an_edit_asks_for_its_own_sections_only(article, tmp_path, prompt):
    with ChatServer() as server:
        try_prompt(article, tmp_path, server, prompt=prompt, sections=2)
        prompt.write_text(prompt.read_text("utf-8") + "\nBe brief.\n", encoding="utf-8")
        try_prompt(article, tmp_path, server, prompt=prompt, sections=2)
        assert server.stats.requests == 4


def test_sections_are_spread_over_the_article_and_always_the_same(article, tmp_path):
    with ChatServer() as server:
        tried = [try_prompt(article, tmp_path, server, sections=n) for n in (1, 3, 3, 99)]
    headings = [[one.passage.heading for one in trial.sections] for trial in tried]
    assert headings[1] == headings[2]
    assert len(headings[1]) == 3
    assert headings[3][0] == "Introduction"
    assert headings[3][-1] == "Today"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("today", ["Today"]),
        ("Storm of 1953", ["History > Storm of 1953"]),
        ("History > Storm of 1953", ["History > Storm of 1953"]),
        ("History/**", ["History", "History > Electrification", "History > Storm of 1953"]),
        ("Introduction", ["Introduction"]),
    ],
)
def test_a_heading_or_a_pattern_chooses_sections(article, tmp_path, wanted, found):
    trial = api.try_prompt(
        "basic", files=(article,), workspace=tmp_path / "w", sections=wanted, environ={}
    )
    assert [one.passage.heading for one in trial.sections] == found


def test_a_heading_that_is_not_there_is_said_with_the_nearest(article, tmp_path):
    with pytest.raises(Misconfigured, match="did you mean 'Structure'"):
        api.try_prompt(
            "basic", files=(article,), workspace=tmp_path / "w", sections="Strukture", environ={}
        )


def test_a_trial_keeps_to_its_calls_and_the_same_command_goes_on(article, tmp_path):
    with ChatServer() as server:
        first = try_prompt(article, tmp_path, server, max_calls=2)
        assert (server.stats.requests, first.exit_code) == (2, 3)
        second = try_prompt(article, tmp_path, server)
        assert (server.stats.requests, second.exit_code) == (3, 0)


def test_a_trial_keeps_to_its_budget(article, tmp_path):
    with ChatServer() as server:
        with pytest.raises(Stopped, match="budget"):
            try_prompt(article, tmp_path, server, budget=0.1, price_in=100, price_out=500)
        assert server.stats.requests == 0


def test_the_cost_of_the_whole_is_told_from_the_replies_so_far(article, tmp_path):
    with ChatServer() as server:
        trial = try_prompt(article, tmp_path, server, price_in=1000, price_out=5000)
        rest = build(article, tmp_path, server, templates=("basic",), price_in=1000, price_out=5000)
    assert trial.cost == pytest.approx(rest.manifest["cost_usd"] - trial.whole.cost, rel=0.25)
    with ChatServer() as server:
        unknown = try_prompt(article, tmp_path / "other", server)
    assert (unknown.cost, unknown.whole.cost) == (None, None)


def test_what_cannot_be_read_is_shown_with_its_reason(article, tmp_path):
    with ChatServer(Rule(answer="text", text='{"prompt": "a question"}')) as server:
        trial = try_prompt(article, tmp_path, server, sections=1)
    (section,) = trial.sections
    assert trial.exit_code == 1
    assert not section.pairs
    assert section.defects
    assert section.outcome.status == "failed"


def test_a_wrong_key_ends_it(article, tmp_path):
    with ChatServer(Rule(answer="wrong_key")) as server, pytest.raises(ProviderRefuses):
        try_prompt(article, tmp_path, server)


def test_the_command_needs_no_key_and_shows_pairs_beside_the_passage(article, tmp_path):
    done = loremill(
        "prompts", "try", "detailed", "--from", article, "--workspace", tmp_path / "w",
        "--sections", "Today",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "hostel with 22 beds" in done.out
    assert "with extractive on 1 passage of Tarn Point Light" in done.out
    assert "5 of them new" in done.out


def test_the_command_speaks_json(article, tmp_path):
    write(tmp_path, "Taler", MUENZE)
    with ChatServer() as server:
        done = loremill(
            "prompts", "try", "basic", "--from", tmp_path / "Taler.wiki", "--lang", "de",
            "--workspace", tmp_path / "w", "--base-url", server.base_url, "--json",
        )  # fmt: skip
    said = done.json
    assert (done.code, said["exit_code"]) == (0, 0)
    assert said["template"].startswith("basic@")
    assert [one["section"] for one in said["sections"]] == [[]]
    assert "Silbermünze" in said["sections"][0]["passage"]
    assert "Münzmeister Johann Übelacker" in said["sections"][0]["passage"]
    pair = said["sections"][0]["pairs"][0]
    assert {"prompt", "completion", "keep", "reason", "verdicts"} <= pair.keys()
    assert said["whole_article"]["new_calls"] == 0


def test_a_file_that_cannot_be_used_and_no_article_are_said(article, tmp_path):
    path = tmp_path / "bad.md"
    path.write_text(BAD, encoding="utf-8")
    with pytest.raises(BadTemplate, match=r"bad\.md, line 3: min_pairs"):
        api.try_prompt(path, files=(article,), environ={})
    with pytest.raises(Misconfigured, match="nothing to build"):
        api.try_prompt("basic", environ={})


def test_ctrl_c_keeps_what_was_asked(article, tmp_path):
    with ChatServer(latency_s=0.4) as server:
        arguments = (
            "prompts", "try", "basic", "--from", article, "--workspace", tmp_path / "w",
            "--base-url", server.base_url, "--concurrency", 1, "--json",
        )  # fmt: skip
        process = subprocess.Popen(
            command(*arguments), env=environment(KEY), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        while server.stats.requests < 2 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 3, err
        stopped = json.loads(out)
        assert stopped["stopped"] == "interrupted"
        assert loremill(*arguments, env=KEY).code == 0
        assert server.stats.requests == 3
        assert server.stats.paid_twice == 0


def test_commands_are_documented():
    page = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text("utf-8")
    page = " ".join(page.split())
    for name in ("list", "show", "copy", "check", "try"):
        assert f"loremill prompts {name}" in page
