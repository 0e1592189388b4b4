"""The manifest finds out what was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.exporters.manifest import verify_manifest


@pytest.fixture
def folder(tmp_path, make_pair, write):
    pairs = [make_pair(number) for number in range(10)]
    write(tmp_path, pairs[:8], reject=pairs[8:])
    return tmp_path


def edit(folder: Path, *keys: str, value: object) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    inner = manifest
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_a_sound_folder_has_no_problems(folder):
    assert verify_manifest(folder) == []


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("sections", "planned"), "sections planned: 99, but done, partial, failed and pending"),
        (("sections", "done"), "sections planned: 10, but done"),
        (("pairs", "read"), "pairs read: 99, but kept and rejected make 10"),
        (("pairs", "kept"), "pairs kept: 99, but the splits make 8"),
        (("pairs", "splits", "train"), "train.jsonl: 6 lines, but 99 were counted"),
        (("pairs", "kept_by_kind", "basic"), "pairs kept: 8, but the kinds make"),
        (("pairs", "rejected_by_reason", "echo"), "pairs rejected: 2, but the reasons make 101"),
        (("files", "test.jsonl", "lines"), "test.jsonl: 1 lines, not 99"),
    ],
)
def test_sums_that_do_not_add_up_are_found(folder, keys, said):
    edit(folder, *keys, value=99)
    assert any(said in problem for problem in verify_manifest(folder))


def test_a_changed_file_is_found(folder):
    path = folder / "train.jsonl"
    path.write_bytes(path.read_bytes().replace(b"number", b"Number"))
    assert verify_manifest(folder) == [
        "train.jsonl: changed since it was written (its digest differs)"
    ]


def test_a_cut_file_is_found(folder):
    path = folder / "pairs.jsonl"
    path.write_bytes(path.read_bytes()[:100])
    assert verify_manifest(folder) == ["pairs.jsonl: 0 lines, not 8"]


def test_a_missing_file_is_found(folder):
    (folder / "articles.jsonl").unlink()
    (problem,) = verify_manifest(folder)
    assert problem.startswith("articles.jsonl: cannot be read")


def test_a_folder_without_a_manifest_was_never_finished(tmp_path):
    (problem,) = verify_manifest(tmp_path)
    assert "never finished" in problem


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/b", "..", "", "a\0b"])
def test_a_manifest_does_not_lead_out_of_its_folder(folder, name):
    said = {"sha256": "0", "bytes": 0, "lines": 0}
    edit(folder, "files", name, value=said)
    assert verify_manifest(folder) == [f"{name!r}: not a file of a dataset folder"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.sampled_from([b"{}", b"[]", b"null", b'{"files": {}}', b"[" * 100_000]))
def test_anything_at_all_in_its_place_is_a_problem_and_no_crash(tmp_path, data):
    (tmp_path / "manifest.json").write_bytes(data)
    (problem,) = verify_manifest(tmp_path)
    assert "not a manifest" in problem
