"""`prompts log`, `prompts diff` and `prompts copy NAME@DIGEST`, and the texts that a dataset keeps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator import api
from generator.exporters.manifest import verify_manifest
from generator.store import open_store
from generator.versions import Logged, log_of
from tests.cli.articles import write
from tests.cli.running import ROOT, Done, loremill
from tests.fakes.chat_server import ChatServer, Rule

KEY = {"OPENAI_API_KEY": "k"}
AT_A_TERMINAL = {"FORCE_COLOR": "1", "NO_COLOR": "", "TERM": "xterm"}


class Work:
    """A folder with prompt files, a workspace and an article, and two versions of `basic` used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prompts = folder / "prompts"
        self.basic = self.prompts / "basic.md"
        self.workspace = folder / "outputs"
        self.dataset = self.workspace / "tarn-point-light"

    def command(self, *arguments: object, env: dict[str, str] | None = None) -> Done:
        return loremill("prompts", *arguments, cwd=self.folder, env=env)

    def log(self, name: str = "basic") -> tuple[Logged, ...]:
        with open_store(self.workspace) as store:
            return log_of(name, store, self.prompts).versions

    def digests(self) -> list[str]:
        """Of the versions of `basic`, the one used last first."""
        return [one.version.digest for one in self.log()]

    def build(self, **options: Any) -> api.Dataset:
        rule = Rule(answer="refusal", contains="Kind: detailed")
        with ChatServer(rule) as server:
            usual = {
                "files": (self.folder / "Tarn Point Light.wiki",), "workspace": self.workspace,
                "prompts": self.prompts, "model": "m", "base_url": server.base_url, "environ": KEY,
                "price_in": 1.0, "price_out": 2.0, "log": False, "repair": False,
            }  # fmt: skip
            if "templates" not in options:
                usual["recipe"] = "simple"
            return api.build(**(usual | options))

    def edit(self, old: str, new: str) -> None:
        text = self.basic.read_text(encoding="utf-8")
        assert old in text
        self.basic.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("used")
    shutil.copytree(ROOT / "prompts", folder / "prompts")
    write(folder)
    work = Work(folder)
    work.build()
    work.edit("[user]", "Schreibe knapp – 短く – باختصار.\n\n[user]")
    work.build()
    return folder


@pytest.fixture
def work(used: Path, tmp_path: Path) -> Work:
    shutil.copytree(used, tmp_path / "work")
    return Work(tmp_path / "work")


# Log ----------------------------------------------------------------------------------------------


def test_the_log_tells_of_every_version_what_came_of_it(work):
    newest, oldest = work.command("log", "basic", "--json").json["versions"]
    assert (newest["is_in_use"], oldest["is_in_use"]) == (True, False)
    assert newest["last_at"] > oldest["last_at"] == oldest["first_at"]
    for version in (newest, oldest):
        (use,) = version["uses"]
        assert (use["dataset"], use["model"], use["calls"]) == ("tarn-point-light", "m", 6)
        assert 0 < use["kept"] <= use["read"]
        assert use["accepted"] == use["kept"] / use["read"]
        assert use["cost_usd"] == pytest.approx(
            (use["prompt_tokens"] + 2 * use["completion_tokens"]) / 1e6
        )


def test_a_version_without_pairs_has_no_accepted_share(work):
    (version,) = work.command("log", "detailed", "--json").json["versions"]
    (use,) = version["uses"]
    assert (use["read"], use["kept"], use["accepted"]) == (0, 0, None)
    assert use["calls"] == 12


def test_rows_of_a_version_are_those_in_the_dataset(work):
    newest = work.log()[0]
    lines = (work.dataset / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == newest.uses[0].kept
    assert {json.loads(line)["template"] for line in lines} == {f"basic@{newest.version.digest}"}


def test_a_second_dataset_and_a_second_model_have_their_own_line(work):
    work.build(name="zweites")
    work.build(model="extractive", base_url=None, environ={})
    assert {(use.dataset, use.model) for use in work.log()[0].uses} == {
        ("tarn-point-light", "m"), ("zweites", "m"), ("tarn-point-light", "extractive"),
    }  # fmt: skip


def test_the_log_shows_it_in_lines(work):
    newest, oldest = work.digests()
    shown = work.command("log", "basic").out.splitlines()
    assert shown[0].startswith(f"● {newest[:8]}  used 20")
    assert "tarn-point-light  m  6 calls" in shown[1]
    assert "accepted" in shown[1]
    assert shown[2].startswith(f"  {oldest[:8]}  used 20")
    assert shown[-1] == "● in use: prompts/basic.md"


def test_an_edit_that_was_not_built_yet_is_said(work):
    work.edit("[user]", "And more.\n\n[user]")
    assert not any(version.is_in_use for version in work.log())
    assert "with which nothing was built here yet" in work.command("log", "basic").out


def test_a_file_that_is_broken_or_gone_is_said(work):
    own = shutil.copy(work.basic, work.prompts / "own.md")
    work.build(templates=("own",))
    own.write_text("nothing", encoding="utf-8")
    assert "cannot be used" in work.command("log", "own").out
    own.unlink()
    assert "`loremill prompts copy own@DIGEST` brings one back" in work.command("log", "own").out


@pytest.mark.parametrize("command", ["log", "diff", "copy"])
def test_an_unknown_name_is_told_with_the_nearest(work, command):
    done = work.command(command, "basci")
    assert done.code == 2
    assert "'basci'" in done.err
    assert "did you mean 'basic'?" in done.err


def test_a_log_needs_a_workspace_and_makes_none(work):
    done = work.command("log", "basic", "--workspace", "nowhere")
    assert done.code == 2
    assert "no workspace at nowhere" in done.err
    assert not (work.folder / "nowhere").exists()


# Diff ---------------------------------------------------------------------------------------------

ADDED = "+Schreibe knapp – 短く – باختصار."


def test_a_name_is_compared_with_the_version_used_before(work):
    lines = work.command("diff", "basic").out.splitlines()
    assert lines[0] == f"--- basic@{work.digests()[1][:8]}"
    assert lines[1] == "+++ prompts/basic.md"
    assert ADDED in lines
    assert [line for line in lines[3:] if line.startswith("-")] == []


def test_two_versions_are_compared_whatever_the_file_says_now(work):
    newest, oldest = work.digests()
    work.basic.unlink()
    shutil.rmtree(work.dataset)
    done = work.command("diff", f"basic@{oldest[:6]}", f"basic@{newest.upper()}")
    assert done.code == 0
    assert ADDED in done.out.splitlines()


def test_a_version_alone_is_compared_with_the_file(work):
    oldest = work.digests()[1]
    assert ADDED in work.command("diff", f"basic@{oldest[:8]}").out.splitlines()


def test_any_two_files_are_compared_also_bad_ones_and_without_a_workspace(work):
    shutil.rmtree(work.workspace)
    (work.folder / "mine.md").write_text("mine\n", encoding="utf-8")
    done = work.command("diff", "basic", "mine.md")
    assert done.out.splitlines()[1] == "+++ mine.md"
    assert "+mine" in done.out.splitlines()
    assert not work.workspace.exists()


def test_colours_are_for_terminals(work):
    assert "\x1b" not in work.command("diff", "basic").out
    at_a_terminal = work.command("diff", "basic", env=AT_A_TERMINAL).out
    assert f"\x1b[32m{ADDED}\x1b[0m" in at_a_terminal


def test_a_prompt_file_cannot_steer_the_terminal(work):
    work.edit("[user]", "\x1b]0;owned\x07\n\n[user]")
    assert "\x1b]0;" not in work.command("diff", "basic", env=AT_A_TERMINAL).out


def test_equal_texts_and_equal_requests_are_said(work):
    same = work.command("diff", "basic", "prompts/basic.md")
    assert (same.code, same.out) == (0, "")
    assert "say the same" in same.err
    work.edit("+++\n# Short", "+++\n# Very short")
    comment = work.command("diff", "basic")
    assert "+# Very short" in comment.out
    assert "no call is new by this" in comment.err


def test_an_unknown_version_is_told_with_the_known_ones(work):
    done = work.command("diff", "basic@ffffffff")
    assert done.code == 2
    assert all(digest[:8] in done.err for digest in work.digests())
    ambiguous = work.command("diff", "basic@")
    assert ambiguous.code == 2
    assert "2 versions" in ambiguous.err


def test_an_unknown_version_of_a_file_that_was_never_used_is_told_with_what_it_says_now(work):
    shutil.rmtree(work.workspace)
    done = work.command("diff", "basic@ffffffff")
    assert done.code == 2
    assert "(not used yet)" in done.err


def test_a_file_that_is_not_there_is_said(work):
    done = work.command("diff", "basic", "prompts/none.md")
    assert done.code == 2
    assert "prompts/none.md" in done.err


def test_a_name_with_one_version_has_nothing_to_be_compared_with(work):
    done = work.command("diff", "detailed")
    assert done.code == 2
    assert "no other version of 'detailed'" in done.err


# Bringing back ------------------------------------------------------------------------------------


def test_an_older_version_is_brought_back_and_costs_nothing(work):
    oldest = work.digests()[1]
    assert "is there already" in work.command("copy", f"basic@{oldest[:8]}").err
    done = work.command("copy", f"basic@{oldest[:8]}", "--force")
    assert done.code == 0, done.err
    assert work.basic.read_bytes() == (ROOT / "prompts" / "basic.md").read_bytes()
    plan = api.plan(
        files=(work.folder / "Tarn Point Light.wiki",), workspace=work.workspace,
        prompts=work.prompts, model="m", base_url="http://127.0.0.1:9/v1", environ=KEY,
        recipe="simple",
    )  # fmt: skip
    assert plan.new == []


# In the dataset -----------------------------------------------------------------------------------


def test_a_dataset_keeps_the_text_of_every_template_that_made_it(work):
    manifest = json.loads((work.dataset / "manifest.json").read_text(encoding="utf-8"))
    for template in manifest["templates"]:
        name, _, digest = template["template"].partition("@")
        assert template["file"] == f"templates/{name}@{digest[:8]}.md"
        kept = (work.dataset / template["file"]).read_bytes()
        assert kept == (work.prompts / f"{name}.md").read_bytes()
        assert template["file"] in manifest["files"]
    # The version that the rows of the first build came from went with them.
    assert len(list((work.dataset / "templates").iterdir())) == 2


def test_a_kept_template_is_checked_like_every_other_file(work):
    (kept,) = (work.dataset / "templates").glob("basic@*.md")
    assert verify_manifest(work.dataset) == []
    kept.write_bytes(kept.read_bytes().replace(b"knapp", b"lang!"))
    assert verify_manifest(work.dataset) == [
        f"templates/{kept.name}: changed since it was written (its digest differs)"
    ]
    kept.unlink()
    (problem,) = verify_manifest(work.dataset)
    assert problem.startswith(f"templates/{kept.name}: cannot be read")


def test_the_name_of_a_template_is_never_a_path(work):
    names = [
        "..",
        "...",
        "con",
        "a b:c*?",
        "हिन्दी",
        "-rf",
        "na\nme",
        "x" * 200,
        ".hidden",
        "#{[b]}",
    ]
    for name in names:
        shutil.copy(work.basic, work.prompts / f"{name}.md")
    work.build(templates=names)
    kept = list((work.dataset / "templates").iterdir())
    assert len(kept) == len(names)
    for path in kept:
        assert path.read_bytes() == work.basic.read_bytes()
        assert not set(path.name) & set('\\/:*?"<>|\n')
        assert not path.name.startswith((".", "-"))
    assert verify_manifest(work.dataset) == []
    assert all(len(work.log(name)) == 1 for name in names)


def test_a_manifest_from_elsewhere_reads_nothing_outside_its_folder(work):
    path = work.dataset / "manifest.json"
    for name in (
        "templates/../../x@00000000.md",
        "templates//etc/passwd@00000000.md",
        "templates/..",
    ):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["files"] = manifest["files"] | {name: {"sha256": "", "bytes": 0, "lines": 0}}
        other = work.folder / "other"
        shutil.copytree(work.dataset, other, dirs_exist_ok=True)
        (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        assert verify_manifest(other) == [f"{name!r}: not a file of a dataset folder"]
