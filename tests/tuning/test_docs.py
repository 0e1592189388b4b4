"""The pages on tuning know every option and every provider."""

from __future__ import annotations

import re

import pytest
import typer

from generator.cli.tune import app
from generator.tuning.check.providers import PROVIDERS
from generator.tuning.openai_jobs import CLOSED
from tests.cli.running import ROOT

GENERAL = {"--workspace", "--quiet", "--json", "--yes", "--base-url", "--help"}
TUNING = (ROOT / "docs" / "tuning.md").read_text("utf-8")
BACKENDS = (ROOT / "docs" / "tuning-backends.md").read_text("utf-8")


def options(name: str) -> set[str]:
    tune = typer.main.get_command(app)
    return {
        text for one in tune.commands[name].params for text in one.opts if text.startswith("--")
    }


@pytest.mark.parametrize("name", ["start", "follow", "list", "cancel"])
def test_every_option_is_on_a_page(name):
    told = set(re.findall(r"--[a-z][a-z-]+", TUNING + BACKENDS))
    assert options(name) - GENERAL <= told | {f"--{one[5:]}" for one in told if one[:5] == "--no-"}


def test_every_provider_is_on_the_page_of_backends():
    for one in PROVIDERS.values():
        if one.name not in ("other", "local"):
            assert one.title in BACKENDS
    assert CLOSED in BACKENDS
