from __future__ import annotations

from tests.cli.running import loremill
from tests.fakes.chat_server import ChatServer
from tests.judging.judges import judging, perfect, yes_without_quotes

KEY = {"OPENAI_API_KEY": "sk-test"}


def examined(tmp_path, server, *options):
    return loremill(
        "judge", "test", "judge", "--base-url", server.base_url, "--workspace", tmp_path, *options,
        env=KEY,
    )  # fmt: skip


def test_a_good_judge_ends_with_0_and_a_table(tmp_path):
    with judging(perfect()) as rule, ChatServer(rule) as server:
        done = examined(tmp_path, server)
        again = examined(tmp_path, server, "--json")
        assert server.stats.paid_twice == 0
    assert done.code == 0, done.err
    assert "to be trusted" in done.out
    assert "contradiction" in done.out
    (result,) = again.json["results"]
    assert result["passed"]
    assert result["recall"]["share"] == 1
    assert result["good_lost"]["interval"][1] < 0.05


def test_a_bad_judge_ends_with_1_and_says_why(tmp_path):
    with judging(yes_without_quotes) as rule, ChatServer(rule) as server:
        done = examined(tmp_path, server)
    assert done.code == 1
    assert "not to be trusted" in done.out
    assert "of the good pairs" in done.out


def test_what_is_wrong_with_labelled_pairs_or_the_model_is_said(tmp_path):
    file = tmp_path / "own.jsonl"
    file.write_text("{", encoding="utf-8")
    with ChatServer() as server:
        done = examined(tmp_path, server, "--pairs", file)
        assert (done.code, "own.jsonl, line 1" in done.err) == (2, True)
        assert server.stats.requests == 0
    done = loremill("judge", "test", "extractive", "--workspace", tmp_path)
    assert done.code == 2
    assert "cannot judge" in done.err
