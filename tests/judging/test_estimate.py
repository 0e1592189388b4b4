from __future__ import annotations

from generator import api
from tests.cli.articles import write
from tests.fakes.chat_server import ChatServer
from tests.judging.judges import judging, yes
from tests.judging.test_build import KEY, build


def planned(tmp_path, server, **options):
    return api.plan(
        files=[write(tmp_path)], workspace=tmp_path / "w", model="m", base_url=server.base_url,
        environ=KEY, judge="judge", top_up=True, recipe="simple", **options,
    )  # fmt: skip


def test_a_plan_says_what_judging_and_mending_will_take(tmp_path):
    with ChatServer() as server:
        plan = planned(
            tmp_path, server, price_in=1, price_out=2, judge_price_in=3, judge_price_out=4
        )
        assert server.stats.requests == 0
    second = {one.name: one for one in plan.second}
    assert second.keys() == {"rewrite", "top-up", "judge"}
    judge = second["judge"]
    assert judge.calls >= sum(call.pairs for call in plan.calls) / 8
    assert judge.cost == (3 * judge.prompt_tokens + 4 * judge.completion_tokens) / 1e6
    assert plan.as_dict()["second"][0]["name"] == "rewrite"


def test_what_is_expected_is_of_the_right_size(tmp_path):
    with judging(yes) as rule, ChatServer(rule) as server:
        (judge,) = [one for one in planned(tmp_path, server).second if one.name == "judge"]
        build(tmp_path, server, judge="judge", top_up=True)
        made = [one for one in server.requests if one["model"] == "judge"]
    assert 0.4 < judge.calls / len(made) < 2.5


def test_once_all_is_there_nothing_is_expected(tmp_path):
    with judging(yes) as rule, ChatServer(rule) as server:
        build(tmp_path, server, judge="judge", top_up=True)
        assert planned(tmp_path, server).second == []


def test_a_judge_that_comes_later_is_counted_call_by_call(tmp_path):
    with judging(yes) as rule, ChatServer(rule) as server:
        build(tmp_path, server, top_up=True)
        before = server.stats.requests
        (judge,) = planned(tmp_path, server).second
        build(tmp_path, server, judge="judge", top_up=True)
        assert judge.calls == server.stats.requests - before
