from __future__ import annotations

import pytest

from generator.articles import Gathering
from generator.config import resolve
from generator.engine.events import Broken, Missing
from generator.engine.plan import Asking
from generator.errors import Misconfigured, SourceUnavailable
from generator.prompts import Template
from generator.store import open_store
from tests.cli.articles import write
from tests.cli.wiki import values, wiki_with

ASKING = Asking(
    model="m", templates=[Template(name="t", kind="basic", system="", user="{{ passage }}")]
)


class Fragile(Template):
    """A prompt that cannot be made for one article."""

    def count_pairs(self, words):
        if words > 400:
            raise MemoryError
        return 1


@pytest.fixture
def gather(tmp_path):
    """Gathers what options ask for: the gathering, its articles, and what it told."""

    def run(asking=ASKING, **options):
        events = []
        config = resolve({"model": "extractive", "workspace": tmp_path / "w", **options}, {})
        with (
            open_store(config.workspace) as store,
            Gathering(config, store, observe=events.append, sleep=lambda s: None) as gathering,
        ):
            articles = [calls[0].passage.article for calls in gathering.calls(asking)]
        return gathering, articles, events

    return run


def listed(folder, *titles):
    path = folder / "titles.txt"
    path.write_text("\n".join(titles), encoding="utf-8")
    return path


def test_files_titles_and_a_list_are_gathered_in_this_order(gather, tmp_path):
    with wiki_with() as wiki:
        gathering, articles, _ = gather(
            files=[write(tmp_path)],
            titles=["Number 2"],
            titles_file=listed(tmp_path, "Number 1", "Number 3"),
            site=wiki.url,
        )
    assert articles == ["Tarn Point Light", "Number 2", "Number 1", "Number 3"]
    assert (gathering.listed, gathering.not_reached) == (4, 0)


def test_a_title_given_twice_is_used_once_and_reported(gather, tmp_path):
    with wiki_with() as wiki:
        gathering, articles, _ = gather(
            titles_file=listed(tmp_path, "Number 1", "Number 2", "Number 1"), site=wiki.url
        )
    assert articles == ["Number 1", "Number 2"]
    assert (gathering.duplicates, gathering.not_reached) == (1, 0)


def test_what_one_article_breaks_is_its_own_trouble(gather, tmp_path):
    files = [
        write(tmp_path, "Long", "It was lit in 1871. " * 200),
        write(tmp_path, "Short", "It was lit on 3 May 1871 by Ada Thornley, who built it."),
    ]
    fragile = Fragile(name="t", kind="basic", system="", user="{{ passage }}")
    gathering, articles, events = gather(Asking(model="m", templates=[fragile]), files=files)
    assert articles == ["Short"]
    assert [(one.kind, "MemoryError" in one.detail) for one in gathering.missing] == [
        ("broken", True)
    ]
    assert any(isinstance(event, Broken) for event in events)


def test_a_file_that_cannot_be_read_is_left_out_and_the_others_are_used(gather, tmp_path):
    bad = tmp_path / "bad.wiki"
    bad.write_bytes(b"\xff\xfe\x00nonsense")
    gathering, articles, events = gather(files=[bad, write(tmp_path)])
    assert articles == ["Tarn Point Light"]
    assert [one.kind for one in gathering.missing] == ["unreadable"]
    assert sum(isinstance(event, Missing) for event in events) == 1


@pytest.mark.parametrize("name", ["nowhere.wiki", ".", "a\0b"])
def test_a_path_that_is_no_file_is_an_error_before_anything_is_done(gather, tmp_path, name):
    with pytest.raises(Misconfigured, match="--from"):
        gather(files=[write(tmp_path), f"{tmp_path}/{name}"])


def test_a_source_that_goes_away_for_good_leaves_what_was_found(gather, tmp_path):
    def is_down(asked):
        down["is"] = down["is"] or "9" in values(asked, "revids")
        return down["is"]

    down = {"is": False}
    with wiki_with(is_down=is_down) as wiki:
        gathering, articles, _ = gather(
            titles_file=listed(tmp_path, *(f"Number {n}" for n in range(1, 31))), site=wiki.url
        )
    assert articles == [f"Number {n}" for n in range(1, 9)]
    assert isinstance(gathering.gone, SourceUnavailable)
    assert gathering.not_reached == 22
    assert not gathering.missing


def test_a_source_that_was_never_there_is_an_error(gather):
    with wiki_with(is_down=lambda asked: True) as wiki, pytest.raises(SourceUnavailable):
        gather(titles=["Number 1"], site=wiki.url)
