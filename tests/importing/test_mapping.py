"""A user's function makes pairs of plain lines; where it fails, the line is named and the others go on."""

from __future__ import annotations

import pytest

from generator.errors import ExitCode, Misconfigured
from tests.importing.conftest import reasons, sides

FUNCTIONS = '''
def pig_latin(word):
    """`pig` becomes `igpay`."""
    return word[1:] + word[0] + "ay"

def some(word):
    return None if word.startswith("#") else pig_latin(word)

def pair(word):
    return f"Spell {word}.", "-".join(word)

def several(word):
    return [("First letter of " + word, word[0]), ("Last letter of " + word, word[-1])]

def forever(word):
    number = 0
    while True:
        number += 1
        yield f"{word} {number}", "x"

def fails(word):
    return {"ox": "oxen"}[word]

def wrong(word):
    return 7

async def waits(word):
    return word

not_a_function = 7
'''


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A current folder with a module of its own."""
    monkeypatch.chdir(tmp_path)
    name = f"maps_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    return name


def test_a_function_makes_an_answer_of_every_line(here, put, take):
    imported = take(put("words", "banana\n\nStraße\n日本\nكتاب\n"), map=f"{here}:pig_latin")
    assert sides(imported) == [
        ("banana", "ananabay"), ("Straße", "traßeSay"), ("日本", "本日ay"), ("كتاب", "تابكay"),
    ]  # fmt: skip
    assert [row["section"] for row in imported.pairs()] == [["row 1"], ["row 3"], ["row 4"], ["row 5"]]  # fmt: skip


def test_a_function_may_skip_a_line_or_make_a_pair_or_several(here, put, take):
    words = put("words", "ox\n# cow\n")
    assert sides(take(words, map=f"{here}:some")) == [("ox", "xoay")]
    assert take(words, map=f"{here}:some").sources[0].skipped == 1
    assert sides(take(words, map=f"{here}:pair"))[0] == ("Spell ox.", "o-x")
    assert sides(take(words, map=f"{here}:several"))[:2] == [
        ("First letter of ox", "o"), ("Last letter of ox", "x"),
    ]  # fmt: skip


def test_a_failing_line_is_named_and_does_not_end_the_run(here, put, take):
    imported = take(put("words", "cow\nox\n"), map=f"{here}:fails")
    assert sides(imported) == [("ox", "oxen")]
    (row,) = imported.rejected()
    assert row["reason"] == "map_failed KeyError: 'cow'"
    assert (row["prompt"], row["section"]) == ("cow", ["row 1"])


def test_what_is_no_pair_is_told(here, put, take):
    imported = take(put("words", "ox\n"), map=f"{here}:wrong")
    assert reasons(imported) == {"map_failed": 1}
    assert imported.exit_code is ExitCode.INCOMPLETE


def test_a_function_without_end_is_stopped(here, put, take):
    assert take(put("words", "ox\n"), map=f"{here}:forever", sample=5).kept == 5


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("{}:nope", "has no attribute 'nope'"),
        ("no_such_module:f", "No module named"),
        ("{}", "module:function"),
        ("{}:not_a_function", "is no function but int"),
    ],
)
def test_a_function_that_is_not_there_is_told(address, said, here, put, take):
    with pytest.raises(Misconfigured, match=said):
        take(put("words", "ox\n"), map=address.format(here))


def test_a_module_that_cannot_be_loaded_is_told(tmp_path, monkeypatch, put, take):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken_map_module.py").write_text("def f(:\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match="SyntaxError"):
        take(put("words", "ox\n"), map="broken_map_module:f")
