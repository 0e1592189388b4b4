from __future__ import annotations

from tests.cli.running import loremill


def test_recipes_are_listed_shown_and_checked():
    listed = loremill("recipes", "list", "--json").json
    assert [one["name"] for one in listed] == ["deep", "expert", "light", "simple"]
    shown = loremill("recipes", "show", "simple")
    assert (shown.code, shown.out.count("[[step]]")) == (0, 2)
    checked = loremill("recipes", "check")
    assert (checked.code, checked.out.count("nothing found")) == (0, 4)


def test_a_copy_is_taken_before_the_shipped_recipe(tmp_path):
    done = loremill("recipes", "copy", "expert", cwd=tmp_path)
    assert done.code == 0
    copy = tmp_path / "prompts" / "recipes" / "expert.toml"
    copy.write_text('[[step]]\nprompt = "basic"\n', encoding="utf-8")
    assert loremill("recipes", "show", "expert", cwd=tmp_path).out.count("[[step]]") == 1
    assert loremill("recipes", "copy", "expert", cwd=tmp_path).code == 2


def test_a_recipe_that_cannot_be_used_ends_with_the_reason(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('[[step]]\nprompt = "basik"\n', encoding="utf-8")
    done = loremill("recipes", "check", mine)
    assert done.code == 2
    assert "did you mean 'basic'?" in done.err
    assert loremill("recipes", "show", "exprt").code == 2
