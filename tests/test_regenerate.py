"""Exactly what changed is asked again: requests counted at the server, and said beforehand."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator import api
from generator.exporters.manifest import verify_manifest
from generator.reasons import told
from generator.store import open_store
from tests.cli.articles import LIGHTHOUSE, write
from tests.cli.running import ROOT, environment, loremill
from tests.cli.wiki import wiki_with
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "k"}
SECTIONS = 6
"""Of the lighthouse that are asked about; with two templates each."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the dry run said, and what then came to the server."""

    new: int
    why: list[str]
    requests: int
    stored: int


class Desk:
    """A workspace, a folder of prompt files, an article on disk, and a server that counts."""

    def __init__(self, folder: Path, server: ChatServer) -> None:
        self.folder = folder
        self.server = server
        self.prompts = folder / "prompts"
        shutil.copytree(ROOT / "prompts", self.prompts, dirs_exist_ok=True)
        self.article = write(folder)
        self.workspace = folder / "work"

    def options(self, **options: Any) -> dict[str, Any]:
        usual = {
            "files": (self.article,), "model": "m", "base_url": self.server.base_url,
            "prompts": self.prompts, "workspace": self.workspace, "name": "light", "log": False,
            "environ": KEY,
        }  # fmt: skip
        return ({} if "templates" in options else {"recipe": "simple"}) | usual | options

    def dry_run(self, **options: Any) -> api.Plan:
        before = self.server.stats.requests
        plan = api.plan(**self.options(**options))
        assert self.server.stats.requests == before
        return plan

    def build(self, **options: Any) -> Asked:
        """Build, after a dry run has said what will be asked."""
        plan = self.dry_run(**options)
        before = self.server.stats.requests
        api.build(**self.options(**options))
        return Asked(
            new=len(plan.new),
            why=list(told(plan.reasons)),
            requests=self.server.stats.requests - before,
            stored=sum(call.is_answered for call in plan.calls),
        )

    def edit(self, name: str, change: Callable[[str], str]) -> None:
        path = self.prompts / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        assert change(text) != text
        path.write_text(change(text), encoding="utf-8")

    def revise(self, *changes: tuple[str, str]) -> None:
        text = self.article.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.article.write_text(text, encoding="utf-8")

    def prompts_sent(self) -> list[str]:
        return [body["messages"][-1]["content"] for body in self.server.requests]

    def rows(self, name: str = "pairs.jsonl") -> list[dict[str, Any]]:
        text = (self.workspace / "light" / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def replies(self) -> int:
        with open_store(self.workspace) as store:
            return sum(total.replies for total in store.totals())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ChatServer() as server:
        yield Desk(tmp_path, server)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything was asked once."""
    folder = tmp_path_factory.mktemp("done")
    with ChatServer() as server:
        first = Desk(folder, server).build()
    assert first.requests == 2 * SECTIONS
    assert first.why == [f"new article Tarn Point Light: {2 * SECTIONS} calls"]
    return folder


@pytest.fixture
def built(done: Path, tmp_path: Path) -> Iterator[Desk]:
    """Everything was asked once, of another server: who answers is no part of what a call is."""
    shutil.copytree(done, tmp_path / "built")
    with ChatServer() as server:
        yield Desk(tmp_path / "built", server)


def brief(text: str) -> str:
    return text.replace("[user]", "Be brief.\n\n[user]")


# Templates ----------------------------------------------------------------------------------------


def test_an_edited_template_is_asked_again_and_no_other(built):
    built.edit("basic", brief)
    asked = built.build()
    assert (asked.new, asked.requests, asked.stored) == (SECTIONS, SECTIONS, SECTIONS)
    assert asked.why == [f"template basic changed: {SECTIONS} calls"]
    assert all("Kind: basic" in prompt for prompt in built.prompts_sent())


def test_going_back_to_an_older_template_asks_for_nothing(built):
    before = built.rows()
    built.edit("basic", brief)
    built.build()
    built.edit("basic", lambda text: text.replace("Be brief.\n\n", ""))
    asked = built.build()
    assert (asked.new, asked.requests, asked.stored) == (0, 0, 2 * SECTIONS)
    assert built.rows() == before


def test_nothing_paid_is_lost_by_an_edit(built):
    built.edit("basic", brief)
    built.build()
    assert built.replies() == 3 * SECTIONS


def test_a_renamed_template_asks_for_nothing(built):
    shutil.copy(built.prompts / "basic.md", built.prompts / "short.md")
    asked = built.build(templates=("detailed", "short"))
    assert (asked.new, asked.requests) == (0, 0)
    names = {row["template"].partition("@")[0] for row in built.rows()}
    assert names == {"detailed", "short"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("+++\n", "+++\n# A remark.\n", 1),
        lambda text: text.replace("max_pairs = 25", "max_pairs = 24"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n\n\n",
    ],
    ids=["a comment", "a bound that no passage reaches", "line ends", "blank lines at the end"],
)
def test_an_edit_that_changes_no_request_asks_for_nothing(built, change):
    built.edit("basic", change)
    asked = built.build()
    assert (asked.new, asked.requests) == (0, 0)


def test_an_edit_that_changes_some_requests_asks_for_these(built):
    built.edit("basic", lambda text: text.replace("max_pairs = 25", "max_pairs = 2"))
    asked = built.build()
    assert asked.new == asked.requests == 2
    assert asked.why == ["template basic changed: 2 calls"]


def test_a_further_template_is_new(built):
    shutil.copy(built.prompts / "basic.md", built.prompts / "names.md")
    built.edit("names", brief)
    asked = built.build(templates=("detailed", "basic", "names"))
    assert asked.requests == SECTIONS
    assert asked.why == [f"new template names: {SECTIONS} calls"]


def test_settings_are_told_apart_from_the_text(built):
    built.edit("basic", lambda text: text.replace("temperature = 0.7", "temperature = 0.2"))
    asked = built.build()
    assert asked.new == asked.requests == SECTIONS
    assert asked.why == [f"settings of basic changed (temperature 0.7 → 0.2): {SECTIONS} calls"]


# Articles -----------------------------------------------------------------------------------------


def test_an_article_revised_in_some_sections_is_asked_about_these(built):
    built.revise(("22 beds", "24 beds"), ("26 years", "27 years"))
    asked = built.build()
    assert asked.new == asked.requests == 2 * 2
    assert set(asked.why) == {
        "section Today changed: 2 calls",
        "section History/Electrification changed: 2 calls",
    }


def test_new_sections_are_asked_about_and_removed_ones_are_not(built):
    start = LIGHTHOUSE.index("=== Storm of 1953")
    storm = LIGHTHOUSE[start : LIGHTHOUSE.index("== Structure")]
    built.revise((storm, ""), ("== References", storm.replace("Storm", "Gale") + "\n== References"))
    asked = built.build()
    assert asked.new == asked.requests == 2
    assert asked.why == ["new section Today/Gale of 1953: 2 calls"]


def test_a_section_that_is_cut_in_two_has_changed(built):
    long = " ".join(
        f"In {year} the keeper painted the tower white again." for year in range(1900, 2000)
    )
    built.revise(("Since 2005", f"{long}\n\nSince 2005"))
    asked = built.build(max_words=500)
    assert asked.new == asked.requests == 4
    assert asked.why == ["section Today changed: 4 calls"]


def test_several_changes_at_once_are_all_said(built):
    built.revise(("22 beds", "24 beds"))
    built.edit("basic", brief)
    asked = built.build()
    assert asked.new == asked.requests == SECTIONS + 1
    assert asked.why == [
        f"template basic changed: {SECTIONS - 1} calls",
        "section Today changed: 1 call",
        "section Today changed, template basic changed: 1 call",
    ]


def test_a_revised_page_of_a_wiki_costs_its_revised_sections(desk):
    with wiki_with() as wiki:
        site = {"titles": ("Number 7", "Number 8"), "files": (), "site": wiki.url}
        first = desk.build(**site)
        assert first.requests == 2 * 2 * SECTIONS
        assert set(first.why) == {
            f"new article Number 7: {2 * SECTIONS} calls",
            f"new article Number 8: {2 * SECTIONS} calls",
        }
        text = wiki.text
        wiki.text = lambda number: text(number).replace("22 beds", f"{number + 20} beds")
        wiki.edition = 1
        second = desk.build(**site)
    assert second.new == second.requests == 2 * 2
    assert set(second.why) == {
        "section Today changed (Number 7): 2 calls",
        "section Today changed (Number 8): 2 calls",
    }


@pytest.mark.parametrize(
    ("title", "heading", "text"),
    [
        ("灯台", "歴史", "この灯台は1871年に建てられ、高さは31メートルである。石造りの塔は島の北端に立つ。" * 3),
        ("منارة", "التاريخ", "بنيت المنارة سنة 1871 على الجزيرة الشمالية، ويبلغ ارتفاعها واحدا وثلاثين مترا. " * 3),
        ("Münze", "Prägung", "Die Münze wurde 1744 in Grünau geschlagen und wiegt 28 Gramm. " * 5),
    ],
    ids=["ja", "ar", "de"],
)  # fmt: skip
def test_any_language_is_told_of(desk, tmp_path, title, heading, text):
    desk.article = write(tmp_path, title, f"{text}\n\n== {heading} ==\n{text}")
    assert desk.build().why == [f"new article {title}: 4 calls"]
    desk.revise((f"== {heading} ==\n", f"== {heading} ==\n{text}"))
    asked = desk.build()
    assert asked.requests == 2
    assert asked.why == [f"section {heading} changed: 2 calls"]


# Everything after a reply -------------------------------------------------------------------------


def test_what_comes_after_a_reply_costs_nothing(built):
    for options in (
        {"format": "completion"},
        {"system": "You know lighthouses."},
        {"separator": "\n---\n", "stop_sequence": "<end>", "format": "completion"},
        {"shares": (0.5, 0.25, 0.25)},
        {"seed": 7},
        {"name": "another"},
    ):
        asked = built.build(**options)
        assert (asked.new, asked.requests, asked.stored) == (0, 0, 2 * SECTIONS), options


OTHER_READER = """
from dataclasses import replace as _replace
_read = read_reply
def read_reply(text, *, finish_reason=None):
    read = _read(text, finish_reason=finish_reason)
    return _replace(read, pairs=tuple(_replace(one, prompt=one.prompt + " Anew?") for one in read.pairs))
"""
OTHER_CHECK = '''
_refusal = refusal
def refusal(verdicts):
    verdicts = tuple(verdicts)
    if verdicts[0].pair < "8":
        return Verdict(pair=verdicts[0].pair, check="stern", keep=False, reason="stern")
    return _refusal(verdicts)
'''  # fmt: skip


def test_another_parser_and_another_check_cost_nothing(built, tmp_path):
    copy = tmp_path / "other"
    shutil.copytree(
        ROOT / "generator", copy / "generator", ignore=shutil.ignore_patterns("__pycache__")
    )
    for part, code in (("replies", OTHER_READER), ("checks", OTHER_CHECK)):
        with (copy / "generator" / part / "__init__.py").open("a", encoding="utf-8") as file:
            file.write(code)
    arguments = (
        "build", "--from", built.article, "--workspace", built.workspace, "--prompts", built.prompts,
        "--model", "m", "--base-url", built.server.base_url, "--name", "light",
        "--recipe", "simple",
    )  # fmt: skip
    before = built.server.stats.requests
    dry = run_copy(copy, *arguments, "--dry-run")
    done = run_copy(copy, *arguments)
    assert built.server.stats.requests == before
    assert f"nothing new: {2 * SECTIONS} calls are stored" in dry
    assert "stern" in done
    read = built.rows() + built.rows("rejected.jsonl")
    assert read
    assert all(row["prompt"].endswith("Anew?") for row in read)
    assert "stern" in {row["reason"] for row in built.rows("rejected.jsonl")}


def run_copy(copy: Path, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "generator", *map(str, arguments)], cwd=copy, encoding="utf-8",
        env=environment({**KEY, "PYTHONPATH": str(copy)}), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


# Models, and runs that did not come to their end --------------------------------------------------


def test_another_model_is_asked_everything_and_the_first_one_nothing_again(built):
    asked = built.build(model="n")
    assert asked.new == asked.requests == 2 * SECTIONS
    assert asked.why == [f"model changed from m to n: {2 * SECTIONS} calls"]
    assert built.build().requests == 0


def test_failed_calls_are_tried_again_and_said_to_be(tmp_path):
    rule = Rule(answer="status", status=422, contains="Kind: basic", first=1)
    with ChatServer(rule) as server:
        desk = Desk(tmp_path, server)
        desk.build()
        asked = desk.build()
    assert asked.new == asked.requests == SECTIONS
    (why,) = asked.why
    assert why.startswith("failed before (")
    assert why.endswith(f"), tried again: {SECTIONS} calls")


def test_what_a_stopped_run_left_is_asked_and_said_to_be_left(desk):
    assert desk.build(max_calls=5).requests == 5
    asked = desk.build()
    assert asked.new == asked.requests == 2 * SECTIONS - 5
    assert asked.why == [f"planned before, not asked yet: {2 * SECTIONS - 5} calls"]


def take_only_short_prompts(desk: Desk) -> None:
    """From here on, the model takes all but the two longest prompts."""
    desk.build(model="measuring")
    lengths = sorted(
        len("\n".join(message["content"] for message in body["messages"]))
        for body in desk.server.requests
    )
    desk.server.max_prompt_chars = lengths[-3]


def test_a_passage_that_was_asked_about_in_halves_is_not_new(desk):
    take_only_short_prompts(desk)
    assert desk.build().requests == 2 * SECTIONS + 2 * 2
    asked = desk.build()
    assert (asked.new, asked.requests) == (0, 0)


def test_a_half_that_failed_is_the_only_call_that_is_new(tmp_path):
    rule = Rule(answer="status", status=422, contains="Part: 2 of 2", first=1)
    with ChatServer(rule) as server:
        desk = Desk(tmp_path, server)
        take_only_short_prompts(desk)
        desk.build()
        asked = desk.build()
    assert asked.new == asked.requests == 2
    assert asked.why == ["the rest of a reply that was cut, or of a long passage: 2 calls"]


def test_a_section_that_stands_twice_in_an_article_is_asked_about_once(desk, tmp_path):
    part = LIGHTHOUSE[LIGHTHOUSE.index("== Today") : LIGHTHOUSE.index("== References")]
    desk.article = write(tmp_path, "Twice", part * 2)
    asked = desk.build()
    assert asked.new == asked.requests == 2


def test_a_workspace_from_before_plans_were_kept_still_knows_what_changed(built):
    with sqlite3.connect(built.workspace / "loremill.db") as store:
        layout = store.execute("PRAGMA user_version").fetchone()[0]
        tables = [
            name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for name in set(tables) - OLD_TABLES:
            store.execute(f"DROP TABLE {name}")
        store.execute("PRAGMA user_version = 3")
    store.close()
    built.edit("basic", brief)
    asked = built.build()
    assert asked.new == asked.requests == SECTIONS
    assert asked.why == [f"template basic changed: {SECTIONS} calls"]
    with sqlite3.connect(built.workspace / "loremill.db") as store:
        assert store.execute("PRAGMA user_version").fetchone()[0] == layout
    store.close()


OLD_TABLES = {
    "pages", "aliases", "replies", "failures", "experience", "batches", "batch_calls",
}  # fmt: skip
"""Of layout 3."""


# The command line ---------------------------------------------------------------------------------


def test_the_command_says_what_is_new_and_why(built):
    arguments = (
        "build", "--from", built.article, "--workspace", built.workspace, "--prompts", built.prompts,
        "--model", "m", "--base-url", built.server.base_url, "--name", "light",
        "--recipe", "simple",
    )  # fmt: skip
    nothing = loremill(*arguments, "--dry-run", env=KEY)
    assert f"nothing new: {2 * SECTIONS} calls are stored" in nothing.out
    built.edit("basic", brief)
    reason = f"template basic changed: {SECTIONS} calls"
    assert reason in loremill(*arguments, "--dry-run", env=KEY).out
    said = loremill(*arguments, "--dry-run", "--json", env=KEY).json
    assert said["reasons"] == [
        {"kind": "template", "text": "template basic changed", "article": "", "calls": SECTIONS}
    ]
    assert {call["template"] for call in said["calls"] if call["reason"]} == {"basic"}
    assert said["stored_calls"] == said["new_calls"] == SECTIONS
    run = loremill(*arguments, env=KEY)
    assert reason in run.err
    assert "nothing new, nothing to pay" in loremill(*arguments, env=KEY).err
    assert verify_manifest(built.workspace / "light") == []
