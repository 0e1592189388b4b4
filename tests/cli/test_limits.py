from __future__ import annotations

from tests.cli.articles import write
from tests.cli.running import loremill
from tests.fakes.chat_server import ChatServer


def test_status_says_in_a_line_what_an_endpoint_takes(tmp_path):
    article, work = write(tmp_path), tmp_path / "work"
    told = {"x-ratelimit-limit-requests": "3000", "x-ratelimit-limit-tokens": "2000000"}
    with ChatServer(rate_headers=told) as server:
        done = loremill(
            "build", "--from", article, "--workspace", work, "--model", "m",
            "--base-url", server.base_url, "--recipe", "simple", "--json",
        )  # fmt: skip
        assert done.code == 0, done.out
        takes = f"m at {server.base_url} takes 3,000 requests/min, 2,000,000 tokens/min"
    shown = loremill("status", "--workspace", work)
    assert takes in " ".join(shown.out.split())
    (learnt,) = loremill("status", "--workspace", work, "--json").json["limits"]
    assert learnt["requests_per_minute"] == 3000
    assert learnt["tokens_per_minute"] == 2_000_000
    assert learnt["is_told"] is True


def test_the_built_in_model_has_no_limits_to_learn(tmp_path):
    article, work = write(tmp_path), tmp_path / "work"
    loremill("build", "--from", article, "--workspace", work, "--model", "extractive", "--json")
    assert loremill("status", "--workspace", work, "--json").json["limits"] == []
