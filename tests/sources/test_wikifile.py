from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.errors import LoremillError, Misconfigured, SourceError
from generator.sources.wikifile import MAX_FILE_BYTES, WikiFiles, read_file


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Agrippina_(opera).wiki", "Agrippina (opera)"),
        ("東京.txt", "東京"),
        ("Dr._No", "Dr. No"),
        ("Vol. 2.5.wikitext", "Vol. 2.5"),
        ("E\u0301te\u0301.mediawiki", "Été"),
        ("_.wiki", "_.wiki"),
    ],
)
def test_the_title_comes_from_the_name_of_the_file(tmp_path: Path, name: str, title: str):
    page = read_file(write(tmp_path, name, b"Text"))
    assert page.title == title


def test_a_file_is_a_page_without_a_wiki(tmp_path: Path):
    path = write(tmp_path, "Turm.wiki", "'''Türme'''".encode())
    page = read_file(path, title=" Turm (Bau) ", language="de")
    assert (page.site, page.page_id, page.revision_id) == ("file", 0, 0)
    assert (page.title, page.language, page.wikitext) == ("Turm (Bau)", "de", "'''Türme'''")
    assert page.asked == str(path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfText", "Text"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        ("E\u0301".encode(), "É"),
        ("塔 برج".encode(), "塔 برج"),
    ],
)
def test_text_is_read_as_a_wiki_would_store_it(tmp_path: Path, data: bytes, text: str):
    assert read_file(write(tmp_path, "a.wiki", data)).wikitext == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Tower\nT\xfcrme", r"not in UTF-8 \(byte 0xfc in line 2\)"),
        ("Turm".encode("utf-16"), "in UTF-16"),
        (b"\x7fELF\0\0", "NUL bytes"),
        (b"<mediawiki xmlns='x'>", "XML or HTML"),
        (b"\n <!DOCTYPE html>", "XML or HTML"),
        (b"a" * (MAX_FILE_BYTES + 1), "larger than 64 MiB"),
    ],
    ids=["latin-1", "utf-16", "binary", "export", "html", "large"],
)
def test_what_is_not_wikitext_is_refused_with_the_next_step(tmp_path: Path, data: bytes, said: str):
    path = write(tmp_path, "a.wiki", data)
    with pytest.raises(SourceError, match=said) as caught:
        read_file(path)
    assert "a.wiki" in str(caught.value)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path):
    with pytest.raises(Misconfigured, match=r"there is no file '.*/none\.wiki'"):
        read_file(tmp_path / "none.wiki")
    with pytest.raises(Misconfigured, match="is a folder"):
        read_file(tmp_path)
    with pytest.raises(Misconfigured, match="is not a path"):
        read_file("a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path):
    path = write(tmp_path, "a.wiki", b"Text")
    path.chmod(0)
    with pytest.raises(Misconfigured, match="may not be read"):
        read_file(path)


def test_a_name_that_is_not_unicode_is_read(tmp_path: Path):
    name = os.fsencode(tmp_path) + b"/T\xfcrme.wiki"
    Path(os.fsdecode(name)).write_bytes(b"Text")
    page = read_file(os.fsdecode(name))
    page.title.encode()
    page.asked.encode()
    assert page.wikitext == "Text"


def give_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_standard_input_is_read_as_utf_8_under_the_title_given(monkeypatch: pytest.MonkeyPatch):
    give_input(monkeypatch, "Türme".encode())
    page = read_file("-", title="Turm")
    assert (page.title, page.wikitext, page.asked) == ("Turm", "Türme", "-")


def test_standard_input_needs_a_title(monkeypatch: pytest.MonkeyPatch):
    give_input(monkeypatch, b"Text")
    with pytest.raises(Misconfigured, match="--title"):
        read_file("-")


def test_files_are_a_source(tmp_path: Path):
    paths = [str(write(tmp_path, f"{name}.wiki", b"Text")) for name in "ab"]
    found = list(WikiFiles(language="ar").fetch(paths))
    assert [(one.asked, one.kind) for one in found] == [(path, "page") for path in paths]
    assert {one.page.language for one in found if one.page} == {"ar"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_page_or_a_clear_error(tmp_path: Path, data: bytes):
    try:
        page = read_file(write(tmp_path, "any.wiki", data))
    except LoremillError:
        return
    assert "\r" not in page.wikitext
