from __future__ import annotations

from dataclasses import replace

import pytest

from generator.store import open_store
from generator.store.tuning import StartedJob

JOB = StartedJob(
    token="t", attempt=1, backend="openai", endpoint="e", dataset="opera", model="m", spec='{"a": "ä"}',
    created_at="2026-11-29T10:00:00Z",
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as store:
        yield store


def test_an_attempt_is_kept_with_every_change(tmp_path):
    seen = replace(JOB, id="ftjob-1", status="succeeded", tuned_model="ft:m", seen_at="2026")
    with open_store(tmp_path) as store:
        assert store.tuning.save(JOB) == JOB
        assert store.tuning.latest("t") == JOB
        store.tuning.save(seen)
    with open_store(tmp_path) as store:
        assert store.tuning.latest("t") == seen
        assert store.tuning.jobs() == [seen]


def test_the_latest_attempt_counts_and_all_are_kept_oldest_first(store):
    later = [replace(JOB, attempt=n, created_at=f"2026-11-29T1{n}:00:00Z") for n in (2, 3)]
    for one in (*reversed(later), JOB):
        store.tuning.save(one)
    assert store.tuning.latest("t") == later[1]
    assert store.tuning.jobs() == [JOB, *later]
    assert store.tuning.latest("unknown") is None


def test_an_upload_is_known_by_content_at_its_own_endpoint(store):
    store.tuning.put_file("openai", "e", "d1", "file-1")
    assert store.tuning.file("openai", "e", "d1") == "file-1"
    assert store.tuning.file("openai", "another", "d1") == ""
    assert store.tuning.file("openai", "e", "d2") == ""
    store.tuning.put_file("openai", "e", "d1", "file-2")
    store.tuning.forget_file("openai", "e", "file-1")
    assert store.tuning.file("openai", "e", "d1") == "file-2"
    store.tuning.forget_file("openai", "e", "file-2")
    assert store.tuning.file("openai", "e", "d1") == ""


def test_a_result_file_is_kept_byte_by_byte(store):
    content = bytes(range(256)) * 1000
    store.tuning.put_result("openai", "e", "file-9", "results.csv", content)
    assert store.tuning.result("openai", "e", "file-9") == ("results.csv", content)
    assert store.tuning.result("openai", "another", "file-9") is None
