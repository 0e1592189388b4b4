"""Pushing to a hub: what goes there, what does not, and what is said when it will not."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import generator
from generator.errors import Misconfigured
from generator.exporters.manifest import MANIFEST
from tests.cli.running import Done, loremill
from tests.exporters.hub import Hub, serve_hub

TOKEN = "hf_notARealTokenButLongEnough"
needs_package = pytest.mark.skipif(
    importlib.util.find_spec("huggingface_hub") is None, reason="huggingface_hub is not installed"
)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serve_hub() as one:
        yield one


@pytest.fixture
def dataset(tmp_path, make_pair, write) -> Path:
    write(tmp_path / "mills", [make_pair(number) for number in range(5)])
    return tmp_path / "mills"


@pytest.fixture
def push(dataset, tmp_path, hub) -> Callable[..., Done]:
    """Runs the command in a process of its own, which reads the environment anew."""

    def run(*options: str, **env: str) -> Done:
        known = {
            "HF_HUB_OFFLINE": "0",
            "HF_TOKEN": TOKEN,
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(tmp_path / "home"),
        }
        return loremill(
            "export", str(dataset), "--format", "huggingface", "--push", "ada/mills", *options,
            env={**known, "HF_HUB_DISABLE_PROGRESS_BARS": "1", **env},
        )  # fmt: skip

    return run


@needs_package
def test_a_push_sends_the_files_of_the_manifest_and_nothing_else(push, hub, dataset):
    folder = dataset / "exports" / "huggingface"
    done = push("--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["url"].startswith(hub.url)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert set(hub.files) == {MANIFEST, *manifest["files"]}
    assert all(data == (folder / name).read_bytes() for name, data in hub.files.items())
    assert "/api/datasets/ada/mills/commit/main" in hub.paths


@needs_package
def test_a_pushed_dataset_is_private_unless_it_is_to_be_public(push, hub):
    push()
    push("--public")
    assert [one.get("visibility", one.get("private")) for one in hub.made] in (
        ["private", "public"],
        [True, False],
    )


@needs_package
def test_the_token_goes_into_the_header_and_nowhere_else(push, hub, tmp_path):
    done = push()
    assert hub.tokens == {f"Bearer {TOKEN}"}
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in data for data in (*written, *hub.files.values()))
    assert TOKEN not in done.out + done.err


@needs_package
@pytest.mark.parametrize(("status", "code"), [(401, 4), (403, 4)])
def test_a_hub_that_refuses_is_told_in_one_line(push, hub, status, code):
    hub.status = status
    done = push()
    assert (done.code, done.err.count("\n")) == (code, 1)
    assert "the Hub refuses ada/mills" in done.err
    assert TOKEN not in done.err


@needs_package
def test_a_hub_that_is_not_there_is_told_in_one_line(push):
    done = push(HF_ENDPOINT="http://127.0.0.1:9")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "did not answer" in done.err


@pytest.mark.parametrize("name", ["mills", "a/b/c", "../x", "ada/..", "", "a b/c", "-/--x"])
def test_a_name_that_no_hub_takes_is_an_error_before_anything_is_written(
    dataset, monkeypatch, name
):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(Misconfigured, match="give USER/NAME"):
        generator.export(dataset, push=name)
    assert not (dataset / "exports").exists()


def test_a_push_without_a_token_says_where_it_is_looked_for(dataset, monkeypatch):
    monkeypatch.delenv("HF_TOKEN", raising=False)
    with pytest.raises(Misconfigured, match="set HF_TOKEN"):
        generator.export(dataset, push="ada/mills")
    assert not (dataset / "exports").exists()


@pytest.mark.parametrize(
    ("package", "options", "extra"),
    [
        ("huggingface_hub", {"push": "ada/mills"}, "hub"),
        ("pyarrow", {"format": "parquet"}, "parquet"),
    ],
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    dataset, monkeypatch, package: str, options: dict[str, Any], extra: str
):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(Misconfigured, match=f"needs the package {package}.*--extra {extra}"):
        generator.export(dataset, **options)
    assert not (dataset / "exports").exists()
