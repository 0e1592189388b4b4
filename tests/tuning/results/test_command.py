"""`loremill tune results` as users run it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generator.errors import Misconfigured, ProviderRefuses
from generator.tuning.records import ResultFile
from generator.tuning.results.findings import best_step
from generator.tuning.results.read import read_results
from generator.tuning.results.told import key_steps
from generator.tuning.results.wandb_sync import sync
from generator.tuning.results.write import write_results
from tests.cli.running import loremill
from tests.tuning.results.test_findings import falling, over_fitting, simulate

DATA = Path(__file__).parent / "data"


def test_a_file_becomes_a_table_words_curves_and_a_page(tmp_path):
    done = loremill("tune", "results", DATA / "azure.csv", "--workspace", tmp_path)
    assert done.code == 0, done.err
    assert "There are only 4 steps" in done.out
    assert "← best" in done.out
    names = {path.name for path in (tmp_path / "results" / "azure").iterdir()}
    assert names == {
        "results.csv",
        "results.html",
        "loss.svg",
        "loss.png",
        "accuracy.svg",
        "accuracy.png",
    }
    again = loremill(
        "tune", "results", tmp_path / "results" / "azure", "--out", tmp_path / "x", "--json"
    )
    assert again.json["last"] == {
        "step": 4, "train_loss": 0.81, "train_accuracy": 0.7, "valid_loss": 0.85, "valid_accuracy": 0.74
    }  # fmt: skip


def test_json_tells_findings_with_their_numbers_and_the_files(tmp_path):
    done = loremill("tune", "results", DATA / "legacy.csv", "--out", tmp_path / "out", "--json")
    assert done.json["best_step"] == 4
    finding = next(one for one in done.json["findings"] if one["code"] == "classification")
    assert finding["numbers"] == {"best": 0.89, "end": 0.89}
    assert all(Path(path).exists() for path in done.json["files"])


def test_several_files_are_read_as_one(tmp_path):
    (tmp_path / "more.csv").write_text("step,learning_rate,train_loss\n5,0.1,0.7\n", "utf-8")
    done = loremill("tune", "results", DATA / "current.csv", tmp_path / "more.csv", "--out", tmp_path / "o", "--json")  # fmt: skip
    assert done.json["sources"] == ["current.csv", "more.csv"]
    assert done.json["last_step"] == 5


def test_what_is_no_result_is_said_so(tmp_path):
    assert loremill("tune", "results", "no-such.csv", "--workspace", tmp_path).code == 2
    assert loremill("tune", "results", tmp_path).code == 2
    (tmp_path / "x.csv").write_text("a,b\n", "utf-8")
    done = loremill("tune", "results", tmp_path / "x.csv")
    assert done.code == 5
    assert "no results in x.csv" in done.err


def test_what_is_read_is_never_written_over(tmp_path):
    source = tmp_path / "results.csv"
    source.write_bytes((DATA / "current.csv").read_bytes())
    done = loremill("tune", "results", source, "--out", tmp_path)
    assert done.code == 2
    assert "--out" in done.err
    assert source.read_bytes() == (DATA / "current.csv").read_bytes()


def results() -> Any:
    return read_results([ResultFile(name="x.csv", content=(DATA / "legacy.csv").read_bytes())])


def test_without_pillow_there_is_svg_and_the_message_names_the_extra(tmp_path, monkeypatch):
    for name in [one for one in sys.modules if one.partition(".")[0] == "PIL"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)
    written = write_results(results(), tmp_path, title="x", facts={})
    assert "--extra plots" in written.remark
    assert {path.suffix for path in written.files} == {".csv", ".svg", ".html"}


def test_the_table_shows_the_first_the_last_and_the_steps_that_matter():
    job = simulate(5_000, falling, over_fitting, noise=0.1)
    steps = [one.step for one in key_steps(job)]
    assert len(steps) <= 14
    assert (steps[0], steps[-1]) == (1, 5_000)
    assert best_step(job) in steps
    rare = simulate(1_000, falling, over_fitting, every=45)
    assert sum("valid_loss" in one.values for one in key_steps(rare)) >= 8


# Weights & Biases: its package is large, so a module of the same shape stands for it. ----------------


class Refused(Exception):
    """As `wandb.errors.Error`."""


class FakeRun:
    id, url, dir = "run1", "", "/somewhere/offline-run-1/files"

    def __init__(self) -> None:
        self.logged: list[tuple[int, dict[str, float]]] = []
        self.summary: dict[str, Any] = {}
        self.is_finished = False

    def log(self, values: dict[str, float], step: int) -> None:
        self.logged.append((step, values))

    def finish(self) -> None:
        self.is_finished = True


@pytest.fixture
def wandb(monkeypatch):
    run = FakeRun()
    asked: dict[str, Any] = {}

    def init(**options: Any) -> FakeRun:
        asked.update(options)
        if options["project"] == "forbidden":
            raise Refused("no key")
        return run

    module = SimpleNamespace(
        init=init, Settings=lambda **options: options, errors=SimpleNamespace(Error=Refused)
    )
    monkeypatch.setitem(sys.modules, "wandb", module)
    return SimpleNamespace(run=run, asked=asked)


def test_every_step_is_sent_to_weights_and_biases_under_our_names(wandb):
    synced = sync(results(), project="opera", name="job", facts={"Model": "gpt-4.1"})
    assert synced == ("run1", "/somewhere/offline-run-1/files")
    assert (wandb.asked["project"], wandb.asked["config"]) == ("opera", {"Model": "gpt-4.1"})
    assert [step for step, _ in wandb.run.logged] == [1, 2, 3, 4]
    assert wandb.run.logged[3][1]["valid_loss"] == 0.85
    assert wandb.run.logged[3][1]["classification/f1.0"] == 0.89
    assert wandb.run.summary["best_step"] == 4
    assert wandb.run.is_finished


def test_a_refusal_of_weights_and_biases_says_what_to_do(wandb):
    with pytest.raises(ProviderRefuses, match="wandb login"):
        sync(results(), project="forbidden", name="job", facts={})


def test_without_the_package_the_message_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(Misconfigured, match="--extra wandb"):
        sync(results(), project="opera", name="job", facts={})


def test_the_real_package_takes_it_all_when_it_is_offline(tmp_path):
    """Runs where the extra is installed."""
    pytest.importorskip("wandb", exc_type=ImportError)
    done = loremill(
        "tune", "results", DATA / "legacy.csv", "--out", tmp_path / "out", "--wandb", "opera",
        env={"WANDB_MODE": "offline", "WANDB_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.code == 0, done.err
    assert list(tmp_path.glob("wandb/offline-run-*/*.wandb"))
