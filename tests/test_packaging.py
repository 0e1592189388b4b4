"""Nobody gets gigabytes unasked: what is heavy is in extras, and CUDA in none that does not say so."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.cli.running import ROOT

HEAVY = ("torch", "transformers", "trl", "peft", "datasets", "pandas", "numpy", "matplotlib")


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    found: dict[str, Any] = read("pyproject.toml")["project"]
    return found


def name_of(requirement: str) -> str:
    return requirement.split(";")[0].split("[")[0].split(">")[0].split("=")[0].strip()


def test_a_plain_installation_is_light(project):
    assert not {name_of(one) for one in project["dependencies"]} & set(HEAVY)


def test_the_extra_for_machines_without_a_gpu_names_the_build_without_cuda(project):
    torch = [one for one in project["optional-dependencies"]["local"] if name_of(one) == "torch"]
    assert [one for one in torch if "+cpu" not in one] == ["torch>=2.13 ; sys_platform != 'linux'"]


def test_the_lock_file_holds_no_cuda_and_no_torch_for_any_system():
    packages = read("uv.lock")["package"]
    assert not [one["name"] for one in packages if one["name"].startswith(("nvidia", "triton"))]
    wanted = [
        edge
        for one in packages
        for edge in one.get("dependencies", [])
        if edge["name"] == "torch" and edge.get("marker") != "sys_platform == 'never'"
    ]
    assert wanted == []


def test_ci_and_the_documentation_ask_for_the_build_that_the_extra_names(project):
    pin = next(one for one in project["optional-dependencies"]["local"] if "+cpu" in one)
    version = pin.split(";")[0].strip()
    assert version in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert version in (ROOT / "docs" / "local.md").read_text(encoding="utf-8")
