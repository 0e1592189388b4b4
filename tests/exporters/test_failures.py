"""A dataset that cannot be written: a clear word, and the older one is as it was."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from generator.errors import StoreError
from generator.exporters.files import explained
from generator.exporters.folder import DatasetWriter
from generator.exporters.manifest import verify_manifest

NEEDS_POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX locks, limits and devices")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def older(tmp_path, make_pair, write):
    """A folder with a whole dataset."""
    write(tmp_path / "mills", [make_pair(number) for number in range(5)])
    return tmp_path / "mills"


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_an_exception_leaves_the_older_dataset_as_it_was(older, make_pair, stop):
    before = contents(older)

    def fail() -> None:
        with DatasetWriter(older) as writer:
            writer.keep(make_pair(9))
            raise stop

    with pytest.raises(stop):
        fail()
    assert contents(older) == before


def test_a_block_without_finish_leaves_the_older_dataset_as_it_was(older, make_pair):
    before = contents(older)
    with DatasetWriter(older) as writer:
        writer.keep(make_pair(9))
    assert contents(older) == before


def test_a_block_without_finish_leaves_no_new_folder(tmp_path):
    with DatasetWriter(tmp_path / "new"):
        assert (tmp_path / "new").is_dir()
    assert not (tmp_path / "new").exists()


def test_counts_that_do_not_add_up_are_a_bug_and_replace_nothing(older, make_pair, make_info):
    before = contents(older)
    with DatasetWriter(older) as writer:
        writer.keep(make_pair(9))
        with pytest.raises(RuntimeError, match="0 pairs were read, but 1 kept"):
            writer.finish(make_info())
    assert contents(older) == before


def test_a_pair_of_a_page_that_is_not_named_is_a_bug(tmp_path, make_pair, write):
    with pytest.raises(RuntimeError, match="a page that is not named"):
        write(tmp_path, [make_pair(0)], pages=())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, the disk that is full")
@pytest.mark.parametrize("name", ["pairs.jsonl", "sections.jsonl", "README.md", "manifest.json"])
def test_a_full_disk_is_told_and_the_older_dataset_is_as_it_was(older, make_pair, write, name):
    before = contents(older)
    (older / f".{name}.part").symlink_to("/dev/full")
    with pytest.raises(StoreError, match=r"disk or quota is full.*free some space"):
        write(older, [make_pair(number) for number in range(5)])
    assert contents(older) == before


@NEEDS_POSIX
def test_a_disk_that_fills_up_in_the_middle_is_told_and_leaves_nothing(tmp_path):
    code = """
        import resource, sys
        from pathlib import Path
        from generator.errors import StoreError
        from generator.exporters.folder import DatasetWriter
        from generator.records import Pair

        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        tags = dict(kind="basic", article="Mill", section=(), language="en", site="file", page_id=0,
                    revision_id=0, url="", template="t@1", model="m", call="c", passage="p")
        try:
            with DatasetWriter(Path(sys.argv[1])) as writer:
                for number in range(10_000):
                    writer.keep(Pair(id=str(number), prompt="q" * 500, completion="a",
                                     position=number, split="train", **tags))
        except StoreError as error:
            print(number, error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), tmp_path / "mills"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "the disk or quota is full" in done.stdout
    assert not (tmp_path / "mills").exists()


@NEEDS_POSIX
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(older):
    before = contents(older)
    older.chmod(0o555)
    try:
        with pytest.raises(StoreError, match="must not be written"), DatasetWriter(older):
            pass
    finally:
        older.chmod(0o755)
    assert contents(older) == before


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "mills").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "mills", tmp_path / "mills" / "deeper"):
        with pytest.raises(StoreError, match="in the way"), DatasetWriter(folder):
            pass
    assert (tmp_path / "mills").read_text(encoding="utf-8") == "mine"


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path, make_pair, write):
    (tmp_path / "train.jsonl").mkdir()
    with pytest.raises(StoreError, match="in the way"):
        write(tmp_path, [make_pair(0)])
    assert verify_manifest(tmp_path)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.EROFS, "must not be written"),
        (errno.EACCES, "must not be written"),
        (errno.ENAMETOOLONG, "choose another folder"),
    ],
)
def test_what_the_system_says_becomes_a_next_step(number, said):
    with pytest.raises(StoreError, match=f"/data/mills: .*{said}"), explained(Path("/data/mills")):
        raise OSError(number, os.strerror(number))


@NEEDS_POSIX
def test_two_runs_do_not_write_one_dataset_at_once(older, make_pair, write):
    with DatasetWriter(older):
        with pytest.raises(StoreError, match="another run is writing"), DatasetWriter(older):
            pass
    write(older, [make_pair(0)])


def test_what_a_killed_run_left_is_overwritten(older, make_pair, write):
    (older / ".pairs.jsonl.part").write_text("half a ro", encoding="utf-8")
    write(older, [make_pair(0)])
    assert verify_manifest(older) == []
    assert not [path for path in older.iterdir() if path.name.endswith(".part")]
