from __future__ import annotations

import json

from tests.cli.articles import write
from tests.cli.running import loremill
from tests.fakes.chat_server import ChatServer


def test_a_parameter_that_an_endpoint_does_not_take_is_told_and_kept_in_the_manifest(tmp_path):
    article, workspace = write(tmp_path), tmp_path / "w"
    with ChatServer(rejects=("temperature",)) as server:
        arguments = (
            "build", "--from", article, "--workspace", workspace, "--model", "m",
            "--base-url", server.base_url, "--recipe", "simple",
        )  # fmt: skip
        first = loremill(*arguments, env={"OPENAI_API_KEY": "sk-nobody"})
        assert first.code == 0, first.err
        assert first.err.count("does not take 'temperature'") == 1
        manifests = list(workspace.glob("*/manifest.json"))
        before = manifests[0].read_bytes()
        assert json.loads(before)["model"]["left_out"] == ["temperature"]
        again = loremill(*arguments, env={"OPENAI_API_KEY": "sk-nobody"})
    assert again.code == 0
    assert manifests[0].read_bytes() == before
