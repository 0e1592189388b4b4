from __future__ import annotations

from generator.cli.diff import stretches
from generator.wikitext.removed import removed_spans
from tests.cli.articles import LIGHTHOUSE, write
from tests.cli.running import loremill


def outlined(tmp_path, *options):
    article = write(tmp_path)
    return loremill("outline", "--from", article, "--workspace", tmp_path / "w", *options)


def test_the_tree_shows_words_back_matter_and_what_would_be_sent(tmp_path):
    done = outlined(tmp_path)
    assert done.code == 0, done.err
    assert "├── Introduction" in done.out
    assert "│   ├── Electrification" in done.out
    assert "back matter" in done.out
    assert "passages of" in done.out
    assert "1 reference" in done.out


def test_json_tells_the_same(tmp_path):
    found = outlined(tmp_path, "--json").json
    assert [one["path"] for one in found["sections"]][:3] == [
        [],
        ["History"],
        ["History", "Electrification"],
    ]
    assert any(one["is_back_matter"] for one in found["sections"])
    assert all(one["text"] for one in found["passages"])
    assert found["removed"]["reference"] == 1


def test_the_diff_marks_what_was_left_out_where_it_stood(tmp_path):
    done = outlined(tmp_path, "--diff")
    assert "[-reference: <ref>A guide.</ref>-]" in done.out
    assert "first\nlit on 3 May 1871" in done.out


def test_the_pieces_of_a_diff_are_the_whole_page():
    removed = removed_spans(LIGHTHOUSE, title="Tarn Point Light")
    assert "".join(piece.text for piece in stretches(LIGHTHOUSE, removed)) == LIGHTHOUSE


def test_what_is_left_out_by_default_can_be_kept(tmp_path):
    kept = outlined(tmp_path, "--keep", "footnotes", "--json").json["passages"]
    assert "(A guide.)" in kept[0]["text"]
    assert "A guide" not in outlined(tmp_path, "--json").json["passages"][0]["text"]
    done = outlined(tmp_path, "--keep", "footnote")
    assert (done.code, "'footnotes'" in done.err) == (2, True)
