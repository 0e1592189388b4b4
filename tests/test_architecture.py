"""The layers: a module imports only from below, and heavy packages only where they belong."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "generator"

LAYERS = (
    ("errors", "digests"),
    ("records", "names", "marks"),
    ("registry", "jobfile"),
    ("wikitext", "prompts", "replies", "checks", "splits"),
    ("measures",),
    ("facts", "heldout", "recipes"),
    ("abstentions",),
    ("config",),
    ("chat", "sources", "store", "exporters"),
    ("engine", "metrics"),
    ("articles", "asking", "pairs", "reasons", "spending", "telling", "report"),
    ("judging",),
    ("repairing",),
    ("batches", "estimate", "status", "versions"),
    ("reviewing",),
    ("assemble",),
    ("comparison", "importing", "deriving"),
    ("tuning", "evaluation"),
    ("lint", "trial"),
    ("api",),
    ("cli",),
    ("__init__", "__main__"),
)
"""From the bottom up; what stands in one row does not import its neighbours."""

LEVEL = {name: level for level, row in enumerate(LAYERS) for name in row}

PURE = (
    "wikitext",
    "prompts",
    "replies",
    "checks",
    "splits",
    "facts",
    "abstentions",
    "heldout",
    "recipes",
    "digests",
    "records",
    "names",
    "measures",
    "metrics",
    "lint",
    "judging",
    "repairing",
)
PURE_MODULES = (
    "evaluation/asking.py",
    "evaluation/classes.py",
    "evaluation/figures.py",
    "evaluation/goals.py",
    "evaluation/items.py",
    "evaluation/manner.py",
    "evaluation/records.py",
    "evaluation/retrieval.py",
    "evaluation/scoring.py",
    "evaluation/statistics.py",
    "evaluation/words.py",
)
"""Pure ones in packages that are not pure as a whole."""
IMPURE = {
    "requests",
    "openai",
    "sqlite3",
    "socket",
    "subprocess",
    "asyncio",
    "time",
    "random",
    "urllib3",
}

HOME = {
    "openai": {"chat", "tuning"},
    "torch": {"tuning"},
    "transformers": {"tuning"},
    "tokenizers": {"tuning"},
    "trl": {"tuning"},
    "peft": {"tuning"},
    "datasets": {"tuning"},
    "PIL": {"tuning"},
    "wandb": {"tuning"},
    "aiohttp": {"chat"},
    "requests": {"sources"},
    "sqlite3": {"store"},
    "asyncio_throttle": {"engine"},
    "typer": {"cli"},
    "rich": {"cli"},
}
"""Who may import a package of others."""


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_every_module_has_a_place_in_the_layers():
    assert {_part(path) for path in _modules()} == set(LEVEL)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_below(path):
    own = _part(path)
    for name in _imports(path):
        parts = name.split(".")
        if parts[0] != "generator" or len(parts) < 2 or parts[1] not in LEVEL:
            continue
        other = parts[1]
        assert other == own or LEVEL[other] < LEVEL[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_packages_of_others_stay_in_their_layer(path):
    for name in _imports(path):
        top = name.split(".")[0]
        assert _part(path) in HOME.get(top, {_part(path)}), f"{_part(path)} imports {top}"


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in _modules()
        if _part(path) in PURE or path.relative_to(PACKAGE).as_posix() in PURE_MODULES
    ],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_pure_modules_have_no_clock_no_chance_and_no_network(path):
    assert not {name.split(".")[0] for name in _imports(path)} & IMPURE


def test_importing_the_package_loads_nothing_heavy():
    heavy = ("openai", "requests", "mwparserfromhell", "rich", "typer", "pydantic", "jinja2")
    code = f"import generator, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["generator", "generator.api"])
def test_a_package_has_every_name_that_it_promises_and_reads_no_other(package):
    module = importlib.import_module(package)
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    typed = next(node for node in tree.body if isinstance(node, ast.If))
    known = {
        alias.name: node.module
        for node in typed.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(known) == sorted(module.__all__) == sorted(module._HOMES)
    assert known == module._HOMES
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_a_verb_loads_only_what_it_needs():
    heavy = ("openai", "generator.deriving", "generator.comparison", "generator.importing")
    code = (
        "from generator import api; import sys; api.runs; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
