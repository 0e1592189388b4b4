from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import Misconfigured
from generator.sources.title_list import COMMENT, LONGEST_LINE, TitleList


def titles(folder, data):
    path = folder / "list.txt"
    path.write_bytes(data)
    return list(TitleList(path))


def test_one_title_a_line_without_blank_lines_and_comments(tmp_path):
    data = "\n# German ones\n  Münze \n\nBerlin\n   # not this\nC\t\n東京\nالقاهرة".encode()
    assert titles(tmp_path, data) == ["Münze", "Berlin", "C", "東京", "القاهرة"]


def test_byte_order_marks_and_the_line_ends_of_windows_are_no_part_of_titles(tmp_path):
    assert titles(tmp_path, b"\xef\xbb\xbfBerlin\r\nRome\r\n") == ["Berlin", "Rome"]


def test_titles_given_twice_stay_in_their_places(tmp_path):
    assert titles(tmp_path, b"A\nB\nA\n") == ["A", "B", "A"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds no titles"),
        (b"# only this\n\n", "holds no titles"),
        ("Berlin\nM\u00fcnze\n".encode("latin-1"), "line 2"),
        ("Berlin\n".encode("utf-16"), "UTF-16"),
        (b"Berlin\n\0\0\n", "line 2"),
        (b"x" * 100_000, "line 1"),
    ],
)
def test_what_is_no_list_of_titles_is_said_with_its_line(tmp_path, data, said):
    with pytest.raises(Misconfigured, match=said):
        titles(tmp_path, data)


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_a_list_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(Misconfigured, match="list of titles"):
        TitleList(tmp_path / name)


def test_titles_are_counted_and_read_without_holding_them(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("".join(f"Title {number}\n" for number in range(200_000)), encoding="utf-8")
    tracemalloc.start()
    listed = TitleList(path)
    assert sum(1 for _ in listed) == listed.titles == 200_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


_TITLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=60)


@given(st.lists(_TITLE.filter(lambda title: not title.startswith(COMMENT)), min_size=1))
def test_any_titles_come_back_as_they_were(tmp_path_factory, given_titles):
    data = "\n".join(given_titles).encode()
    read = titles(tmp_path_factory.mktemp("list"), data)
    assert read == [title.removeprefix("\ufeff").strip() for title in given_titles[:1]] + [
        title.strip() for title in given_titles[1:]
    ]
    assert max(map(len, read)) < LONGEST_LINE
