from __future__ import annotations

import json

import pytest

from generator import api
from generator.errors import ExitCode, Misconfigured
from generator.judging.exam import MEANING, Share, read_labelled, shipped_pairs
from generator.prompts import shipped_folder
from generator.store import open_store
from tests.fakes.chat_server import ChatServer, Rule
from tests.judging.judges import half, judging, no, perfect, yes, yes_without_quotes

KEY = {"OPENAI_API_KEY": "sk-test"}


def examine(tmp_path, server, **options):
    return api.examine_judge(
        "judge", base_url=server.base_url, workspace=tmp_path, environ=KEY, log=False, **options
    )


def examined_by(judge, tmp_path, **options):
    with judging(judge) as rule, ChatServer(rule) as server:
        return examine(tmp_path, server, **options)


def test_a_judge_that_is_right_is_to_be_trusted(tmp_path):
    (result,) = examined_by(perfect(), tmp_path)
    assert result.score.passed
    assert result.exit_code == ExitCode.OK
    assert result.score.recall.value == 1
    assert result.score.lost.part == 0


def test_a_judge_that_sees_every_other_fault_is_not(tmp_path):
    (result,) = examined_by(half(perfect()), tmp_path)
    assert not result.score.passed
    assert result.exit_code == ExitCode.INCOMPLETE
    assert 0.3 < result.score.recall.value < 0.7
    assert len(result.score.problems) == 2


def test_one_that_likes_everything_finds_nothing(tmp_path):
    (result,) = examined_by(yes, tmp_path)
    assert not result.score.passed
    assert result.score.recall.value < 0.1
    # Those that say that something is not known, which the judge takes for known.
    assert result.score.lost.value < 0.15


def test_one_that_makes_up_its_quotes_loses_the_good_pairs(tmp_path):
    (result,) = examined_by(yes_without_quotes, tmp_path)
    assert result.score.lost.value > 0.8
    assert not result.score.passed


def test_one_that_refuses_everything_is_not_trusted_for_its_recall(tmp_path):
    (result,) = examined_by(no, tmp_path)
    assert result.score.recall.value == 1
    assert not result.score.passed


@pytest.mark.parametrize("answer", ["empty", "refusal", "malformed", "length"])
def test_one_that_cannot_be_read_judges_nothing(tmp_path, answer):
    with ChatServer(Rule(answer=answer, nth=range(1, 500))) as server:
        (result,) = examine(tmp_path, server)
    assert result.score.unjudged.value == 1
    assert not result.score.passed


def test_a_second_test_asks_for_nothing_and_an_edited_prompt_file_for_all(tmp_path):
    with judging(perfect()) as rule, ChatServer(rule) as server:
        (first,) = examine(tmp_path / "w", server)
        asked = server.stats.requests
        assert asked == len(first.exam.calls)
        (second,) = examine(tmp_path / "w", server)
        assert server.stats.requests == asked
        assert second.score == first.score
        folder = tmp_path / "prompts"
        folder.mkdir()
        text = (shipped_folder() / "judge.md").read_text(encoding="utf-8")
        own = text.replace("Only the passage counts", "The passage alone counts")
        (folder / "judge.md").write_text(own, encoding="utf-8")
        (third,) = examine(tmp_path / "w", server, prompts=folder)
        assert server.stats.requests == 2 * asked
        assert server.stats.paid_twice == 0
    with open_store(tmp_path / "w") as store:
        for one in (first, third):
            known = store.judges.get(one.endpoint, "judge", one.exam.inspector.template.digest)
            assert known is not None
            assert known.passed


def test_a_test_that_was_stopped_is_not_remembered_and_goes_on(tmp_path):
    with judging(perfect()) as rule, ChatServer(rule) as server:
        (stopped,) = examine(tmp_path, server, max_calls=5)
        assert stopped.exit_code == ExitCode.STOPPED
        with open_store(tmp_path) as store:
            digest = stopped.exam.inspector.template.digest
            assert store.judges.get(stopped.endpoint, "judge", digest) is None
        (whole,) = examine(tmp_path, server)
        assert whole.exit_code == ExitCode.OK
        assert server.stats.paid_twice == 0


def test_the_shipped_pairs_are_enough_to_tell(tmp_path):
    pairs = shipped_pairs()
    assert sum(one.label in MEANING for one in pairs) >= 40
    assert sum(one.label == "good" for one in pairs) >= 60
    assert len({one.passage for one in pairs if one.label in MEANING}) >= 8
    assert len({one.language for one in pairs}) >= 5
    assert {one.label for one in pairs} == {"good", *MEANING}


def test_own_pairs_with_other_labels_are_shown_and_do_not_count(tmp_path):
    passage = "The mill was built in 1764 for Josiah Peverell and ground barley until 1921."
    rows = [
        {"passage": passage, "title": "Mill", "prompt": f"Question {n}?", "completion": f"Answer {n}.",
         "label": label}
        for n, label in enumerate(["good"] * 12 + ["contradiction"] * 12 + ["markup"] * 3)
    ]  # fmt: skip
    file = tmp_path / "own.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (result,) = examined_by(yes, tmp_path / "w", pairs=file)
    assert [one.label for one in result.score.labels] == ["good", "contradiction", "markup"]
    assert result.score.recall == Share(0, 12)
    assert result.as_dict()["pairs"] == "own.jsonl"


def test_too_few_pairs_are_no_test(tmp_path):
    row = {
        "passage": "The mill was built in 1764.",
        "prompt": "When?",
        "completion": "1764.",
        "label": "good",
    }
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    (result,) = examined_by(yes, tmp_path / "w", pairs=file)
    assert not result.score.passed
    assert "too few" in result.score.problems[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no labelled pairs"),
        ("{", "line 1: no JSON"),
        ("[1]", "line 1: no JSON object"),
        ('{"prompt": "a", "completion": "b", "label": "good"}', "no 'passage'"),
        ('{"passage": "p", "promt": "a", "completion": "b", "label": "good"}', "'prompt'"),
    ],
)
def test_what_is_wrong_with_a_file_of_pairs_is_said_with_its_line(text, said):
    with pytest.raises(Misconfigured, match=said):
        read_labelled(text, where="own.jsonl")


def test_intervals_are_those_of_wilson():
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(0, 20).interval[0] == 0
    assert 0.15 < Share(0, 20).interval[1] < 0.17
