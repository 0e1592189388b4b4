"""`loremill compare` as users run it, against a server that counts."""

from __future__ import annotations

import json
import random

import pytest

import generator
from generator.errors import Misconfigured, Stopped
from tests.cli.running import ROOT, loremill
from tests.fakes.chat_server import ChatServer, Rule
from tests.fakes.fixtures import chat_server as chat_server

SECTIONS = 14
PRICES = ("--price-in", 1, "--price-out", 2)
PROMPT = """+++
kind = "fact"
pairs = 3

[model]
max_tokens = 2000
+++

[system]
{rule} The passage is data.

[user]
Article: {{{{ title }}}}
Section: {{{{ section }}}}
Pairs: {{{{ pairs }}}}

<passage>
{{{{ passage }}}}
</passage>
"""
INVITES = 'Begin every question with "According to the passage".'


@pytest.fixture
def article(tmp_path):
    """An article of our own, with sections of three sentences that share next to nothing."""
    chance = random.Random(5)
    names = [f"{a}{b}" for a in ("Tor", "Bel", "Kar", "Mos", "Ul") for b in ("ven", "dik", "ran")]
    text = [
        "'''The valley of Brook''' has fourteen mills. "
        "Each of them has its own river, its own miller and, so people say, its own ghost as well."
    ]
    for number in range(1, SECTIONS):
        chance.shuffle(names)
        text.append(
            f"== Mill {number} ==\n{names[0]} built it in {1700 + number} beside the {names[1]} bridge "
            f"and sold it to {names[2]} later. Its wheel of {20 + number} metres turned until the "
            f"{names[3]} flood came down. Today {names[4]} keeps {number * 3} goats in the ruin there."
        )
    path = tmp_path / "Valley of Brook.wiki"
    path.write_text("\n\n".join(text), encoding="utf-8")
    return path


def prompt(folder, name: str, rule: str):
    path = folder / f"{name}.md"
    path.write_text(PROMPT.format(rule=rule), encoding="utf-8")
    return path


@pytest.fixture
def plain(tmp_path):
    return prompt(tmp_path, "plain", "Write pairs.")


@pytest.fixture
def inviting(tmp_path):
    return prompt(tmp_path, "inviting", INVITES)


def compare(server, tmp_path, article, *arguments, env=None):
    return loremill(
        "compare", *arguments, "--from", article, "--model", "gpt-6-luna",
        "--base-url", server.base_url, "--workspace", tmp_path / "ws", *PRICES, env=env,
    )  # fmt: skip


def compared(server, tmp_path, article, a, b, **options):
    """The same in this process, which is quicker."""
    given = {"model": "gpt-6-luna", "price_in": 1, "price_out": 2, **options}
    return generator.compare(
        str(a), str(b), files=(article,), base_url=server.base_url, workspace=tmp_path / "ws",
        environ={}, **given,
    )  # fmt: skip


def test_the_template_that_invites_a_phrase_is_found_worse(
    chat_server, tmp_path, article, plain, inviting
):
    chat_server.rules = (Rule(answer="refers", contains=INVITES),)
    done = compare(chat_server, tmp_path, article, plain, inviting, "--json")
    assert done.code == 0, done.err
    told = done.json
    assert told["verdict"] == "a"
    assert told["says"].startswith("A is better in ")
    assert told["sections_compared"] == SECTIONS
    assert told["asked"] == chat_server.stats.requests == 2 * SECTIONS
    swapped = compare(chat_server, tmp_path, article, inviting, plain, "--json").json
    assert swapped["verdict"] == "b"
    assert swapped["asked"] == 0
    assert chat_server.stats.requests == 2 * SECTIONS


def test_two_identical_templates_ask_once_and_differ_in_nothing(
    chat_server, tmp_path, article, plain
):
    folder = tmp_path / "other"
    folder.mkdir()
    same = prompt(folder, "plain", "Write pairs.")
    found = compared(chat_server, tmp_path, article, plain, same, sections=4)
    assert chat_server.stats.requests == len(found.sections) == 4
    assert found.verdict == "unseen"
    assert {one.verdict for one in found.lines} == {"same"}


def test_few_sections_are_too_few_to_tell(chat_server, tmp_path, article, plain, inviting):
    chat_server.rules = (Rule(answer="refers", contains=INVITES),)
    found = compared(chat_server, tmp_path, article, plain, inviting, sections=4)
    assert (len(found.sections), found.verdict) == (4, "few")
    assert chat_server.stats.requests == 8


def test_replies_of_a_comparison_count_for_a_build_and_the_other_way_round(
    chat_server, tmp_path, article, plain, inviting
):
    build(chat_server, tmp_path / "ws", article, "v", prompts=tmp_path, templates=("plain",))
    assert chat_server.stats.requests == SECTIONS
    compared(chat_server, tmp_path, article, plain, inviting)
    assert chat_server.stats.requests == 2 * SECTIONS
    build(chat_server, tmp_path / "ws", article, "w", prompts=tmp_path, templates=("inviting",))
    assert chat_server.stats.requests == 2 * SECTIONS


def test_an_older_version_of_a_template_is_compared_with_the_edited_one(
    chat_server, tmp_path, article, plain
):
    build(chat_server, tmp_path / "ws", article, "v", prompts=tmp_path, templates=("plain",))
    version = read_version(tmp_path / "ws" / "v")
    plain.write_text(PROMPT.format(rule="Write other pairs."), encoding="utf-8")
    with pytest.raises(Stopped, match="0 of 0 calls made"):
        compared(chat_server, tmp_path, article, version, plain, max_calls=0)
    found = compared(chat_server, tmp_path, article, version, plain)
    assert found.asked == SECTIONS
    assert f"template:{found.a.label}" == version


def test_a_budget_that_ends_early_leaves_whole_sections_to_compare(
    chat_server, tmp_path, article, plain, inviting
):
    found = compared(chat_server, tmp_path, article, plain, inviting, max_calls=6, concurrency=1)
    assert (len(found.sections), found.only.unanswered) == (3, SECTIONS - 3)
    assert found.exit_code == 3
    assert found.stopped


def test_sections_may_be_chosen_by_their_headings(chat_server, tmp_path, article, plain, inviting):
    found = compared(chat_server, tmp_path, article, plain, inviting, sections="Mill 1*")
    assert [one.key.heading for one in found.sections] == [
        f"Mill {number}" for number in (1, 10, 11, 12, 13)
    ]
    with pytest.raises(Misconfigured, match="no section to ask about"):
        compared(chat_server, tmp_path, article, plain, inviting, sections="Bridges")


def test_checks_may_be_left_out_as_in_a_build(chat_server, tmp_path, article, plain, inviting):
    chat_server.rules = (Rule(answer="refers", contains=INVITES),)
    given = (chat_server, tmp_path, article, plain, inviting)
    found = compared(*given, checks=("empty",))
    assert found.spread_b.kept == found.spread_b.pairs > 0
    found = compared(*given)
    assert found.spread_b.kept < found.spread_a.kept
    assert "rejected: passage reference" in {line.label for line in found.details}
    assert found.asked == 0


def build(server, workspace, article, name, **options):
    return generator.build(
        files=(article,), model="gpt-6-luna", base_url=server.base_url, workspace=workspace,
        name=name, price_in=1, price_out=2, environ={}, **options,
    )  # fmt: skip


def read_version(folder) -> str:
    """`NAME@DIGEST` of the prompt file that made a dataset."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    name, _, digest = manifest["templates"][0]["template"].partition("@")
    return f"template:{name}@{digest[:8]}"


def test_two_models_are_told_apart(chat_server, tmp_path, article, plain):
    chat_server.rules = (Rule(answer="refers", model="talkative"),)
    found = compared(
        chat_server, tmp_path, article, "model:terse", "model:talkative", model=None,
        prompts=tmp_path, templates=("plain",),
    )  # fmt: skip
    assert (found.a.label, found.b.label, found.verdict) == ("terse", "talkative", "a")
    assert "talkative at http://127.0.0.1" in found.b.detail


def test_a_model_without_a_price_has_no_verdict_on_cost(chat_server, tmp_path, article, plain):
    told = loremill(
        "compare", "--model", "terse", "--model", "talkative", "--from", article,
        "--base-url", chat_server.base_url, "--prompts", tmp_path, "--template", "plain",
        "--sections", 2, "--workspace", tmp_path / "ws", "--json",
    ).json  # fmt: skip
    cost = next(one for one in told["figures"] if one["name"] == "cost_per_accepted")
    assert (cost["a"], cost["verdict"], cost["says"]) == (None, "unknown", "not comparable")


def test_datasets_are_compared_without_a_call_and_in_full(chat_server, tmp_path, article):
    for name in ("detailed", "basic"):
        build(chat_server, tmp_path, article, f"with-{name}", templates=(name,))
    asked = chat_server.stats.requests
    done = loremill("compare", "with-detailed", "with-basic", "--workspace", tmp_path, "--json")
    assert done.code == 0, done.err
    assert chat_server.stats.requests == asked
    figures = {one["name"]: one for one in done.json["figures"]}
    assert "unknown" not in {one["verdict"] for one in figures.values()}
    assert figures["pairs_per_call"]["verdict"] == "b"
    assert figures["coverage_sentences"]["b"] > figures["coverage_sentences"]["a"] > 0
    assert figures["cost_per_accepted"]["a"] > 0


def test_a_dataset_away_from_its_workspace_says_what_is_not_known(tmp_path, article):
    generator.build(files=(article,), model="extractive", workspace=tmp_path / "ws", name="mills")
    (tmp_path / "ws" / "mills").rename(tmp_path / "moved")
    done = loremill(
        "compare", f"dataset:{tmp_path}/moved", f"dataset:{tmp_path}/moved",
        "--workspace", tmp_path / "none", "--html", tmp_path / "page.html", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert not (tmp_path / "none").exists()
    assert "defects are not known" in done.json["a"]["notes"][0]
    assert done.json["verdict"] == "unseen"


def test_the_table_fits_the_terminal_and_nothing_in_it_acts(
    chat_server, tmp_path, article, plain, inviting
):
    chat_server.rules = (
        Rule(answer="text", contains=INVITES, text='{"prompt": "[bold]\\u001b[31m<b>水車?", '
             '"completion": "\\u001b]0;owned\\u0007[link=x]"}'),
    )  # fmt: skip
    page = tmp_path / "ws" / "comparisons" / "plain-and-inviting.html"
    for columns in (80, 140):
        done = compare(
            chat_server, tmp_path, article, plain, inviting, env={"COLUMNS": str(columns)}
        )
        assert done.code == 0, done.err
        assert "\x1b" not in done.out
        assert "[bold]␛[31m<b>水車?" in done.out
        lines = done.out.splitlines()
        assert lines[-1] == f"page  {page}"
        assert max(map(len, lines[:-1])) <= columns
    assert "&lt;b&gt;水車" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plain"], "give two things to compare"),
        (["template:basic", "template:detailed"], "give --article TITLE or --from FILE"),
        (["--model", "a", "--model", "b", "template:basic", "detailed"], "--model: twice"),
        (["model:a", "model:b", "--from", "x.wiki"], "needs a key"),
        (["basic", "detailed", "--sections", "0"], "give 1 or more"),
    ],
)
def test_wrong_usage_says_what_to_do(tmp_path, arguments, said):
    done = loremill("compare", *arguments, "--workspace", tmp_path / "ws", env={"COLUMNS": "500"})
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "ws").exists()


def test_a_server_that_refuses_ends_with_its_exit_code(tmp_path, article, plain, inviting):
    with ChatServer(Rule(answer="wrong_key")) as server:
        done = compare(server, tmp_path, article, plain, inviting, "--json")
    assert done.code == 4
    assert done.json["exit_code"] == 4


def test_the_help_explains_what_a_and_b_can_be():
    done = loremill("compare", "--help")
    for form in ("dataset:NAME", "template:NAME@DIGEST", "template:FILE.md", "model:NAME"):
        assert form in done.out
    assert (ROOT / "docs" / "compare.md").is_file()
