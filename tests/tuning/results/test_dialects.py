"""Result files in every dialect hold the same four steps, and are read as the same table."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import LoremillError, Misconfigured, SourceError
from generator.tuning.records import ResultFile
from generator.tuning.results.curves import Results
from generator.tuning.results.find_files import files_in
from generator.tuning.results.read import read_results
from generator.tuning.results.told import to_csv

DATA = Path(__file__).parent / "data"
TRAIN = [(1, 1.52347, 0.63235), (2, 0.57719, 0.80435), (3, 3.5257, 0.46154), (4, 0.81, 0.7)]
VALID = [(2, 0.91021, 0.71), (4, 0.85, 0.74)]


def file(name: str) -> ResultFile:
    return ResultFile(name=name, content=(DATA / name).read_bytes())


def text(content: str, name: str = "results.csv") -> ResultFile:
    return ResultFile(name=name, content=content.encode())


def of(results: Results, loss: str, accuracy: str) -> list[tuple[int, float, float]]:
    pairs = zip(results.points(loss), results.points(accuracy), strict=True)  # type: ignore[arg-type]
    return [(one.step, one.value, other.value) for one, other in pairs]


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_a_dialect_is_read_as_the_same_table(path):
    results = read_results([file(path.name)])
    assert of(results, "train_loss", "train_accuracy") == TRAIN
    valid = of(results, "valid_loss", "valid_accuracy")
    assert [one for one in valid if one[0] in (2, 4)] == VALID
    assert results.remarks == []
    assert results.sources == [path.name]


@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name)
def test_the_normalised_table_is_read_as_what_it_was_made_of(path):
    results = read_results([file(path.name)])
    again = read_results([text(to_csv(results))])
    assert again.steps == results.steps


def test_the_loss_of_the_whole_validation_file_is_kept_apart_and_preferred():
    results = read_results([file("current_full.csv")])
    assert of(results, "full_valid_loss", "full_valid_accuracy") == [
        (2, 0.95, 0.7),
        (4, 0.84, 0.75),
    ]
    assert results.validation == "full_valid_loss"


def test_columns_that_only_some_write_are_kept():
    legacy = read_results([file("legacy.csv")])
    assert [one.value for one in legacy.other("elapsed_tokens")] == [1032, 2064, 3096, 4128]
    assert [one.value for one in legacy.other("classification/f1.0")] == [0.8, 0.89]
    trl = read_results([file("trainer_state.json")])
    assert trl.steps[0].others == {
        "grad_norm": "2.5", "learning_rate": "2e-05", "num_tokens": "812.0", "epoch": "0.5"
    }  # fmt: skip


def test_the_mean_loss_that_a_trainer_tells_at_its_end_is_no_step():
    assert read_results([file("trainer_state.json")]).points("train_loss")[-1].value == 0.81


def test_several_files_become_one_table():
    train = text("step,train_loss\n1,0.9\n2,0.8\n", "a.csv")
    valid = text("step,valid_loss\n2,1.1\n3,1.2\n", "b.csv")
    results = read_results([train, valid])
    assert [one.step for one in results.steps] == [1, 2, 3]
    assert results.steps[1].values == {"train_loss": 0.8, "valid_loss": 1.1}
    assert results.sources == ["a.csv", "b.csv"]


def test_what_two_files_round_differently_is_the_same_and_what_they_contradict_is_told():
    rounded = text("step,train_loss\n1,0.912346\n", "a.csv")
    exact = text('{"log_history": [{"loss": 0.9123456789, "step": 1}]}', "b.json")
    assert read_results([rounded, exact]).remarks == []
    other = text("step,train_loss\n1,1.5\n", "c.csv")
    results = read_results([rounded, other])
    assert results.steps[0].values == {"train_loss": 0.912346}
    assert "c.csv: 1 steps, the first being 1, are told twice" in results.remarks[0]


def test_numbers_that_are_none_stay_what_they_are():
    results = read_results([text("step,train_loss,valid_loss\n1,nan,NaN\n2,inf,0.5\n")])
    assert math.isnan(results.points("train_loss")[0].value)
    assert [one.value for one in results.finite("valid_loss")] == [0.5]


def test_rows_that_are_none_are_told_and_cost_nothing_else():
    broken = "step,train_loss\n1,0.9\n\nx,0.8\n3,0.7,4,5\n"
    results = read_results([text(broken)])
    assert [one.step for one in results.steps] == [1, 3]
    assert results.remarks == [
        "results.csv: line 4 names no step",
        "results.csv: line 5 has 4 cells, the header 2",
    ]


def test_a_mark_at_the_beginning_and_line_ends_of_windows_harm_nobody():
    results = read_results(
        [ResultFile(name="x", content=b"\xef\xbb\xbfstep,train_loss\r\n1,0.9\r\n")]
    )
    assert results.steps[0].values == {"train_loss": 0.9}


@pytest.mark.parametrize(
    "content", ["", "hello", "a,b\n1,2\n", "{}", "[]", base64.b64encode(b"hello there").decode()]
)
def test_what_holds_no_results_is_an_error_that_names_the_file(content):
    with pytest.raises(SourceError, match=r"no results in x\.csv"):
        read_results([text(content, "x.csv")])


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"step,train_loss\n{text}".encode())
)
def test_no_content_is_a_bug(content):
    try:
        results = read_results([ResultFile(name="x", content=content)])
    except LoremillError:
        return
    assert results.steps


def test_the_files_of_a_folder_are_found_tables_first_and_the_newest_checkpoint(tmp_path):
    for name in ("events.jsonl", "results.csv", "checkpoint-2/trainer_state.json", "checkpoint-10/trainer_state.json"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", "utf-8")
    names = [str(path.relative_to(tmp_path)) for path in files_in(tmp_path)]
    assert names == ["results.csv", "events.jsonl", "checkpoint-10/trainer_state.json"]
    with pytest.raises(Misconfigured, match="no results in it"):
        files_in(DATA.parent / "nothing")
