"""What is known of commands without loading them is what they say themselves; their help costs little."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator import cli
from generator.cli.commands import COMMANDS, load

HEAVY = (
    "openai", "requests", "mwparserfromhell", "pydantic", "jinja2", "sqlite3", "genai_prices",
    "torch", "generator.api", "generator.config", "generator.engine.run", "generator.wikitext",
    "generator.checks", "generator.prompts",
)  # fmt: skip
RUN = (
    "import sys\n"
    "from generator.cli import main\n"
    "try:\n"
    "    main()\n"
    "except SystemExit as end:\n"
    "    assert not end.code, end.code\n"
    f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n"
)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_is_the_first_of_its_own_help(name):
    own = load(name)
    assert own.name == name
    assert " ".join(own.help.partition("\n\n")[0].split()) == COMMANDS[name]


def test_every_module_of_a_command_is_in_the_table_or_in_a_group():
    folder = Path(cli.__file__).parent
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
    registered = {name for name, text in texts.items() if "\ndef register(" in text}
    groups = {name for name, text in texts.items() if "\napp = typer.Typer(" in text}
    groups.remove("__init__")
    known = {name.replace("import", "import_") for name in COMMANDS}
    assert groups <= known
    for name in registered - known:
        assert any(f"{name}.register(app)" in texts[group] for group in groups), name


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["build", "--help"], ["tune", "--help"]], ids=" ".join
)
def test_help_loads_nothing_heavy(arguments):
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "loaded []"
    assert len(done.stdout.splitlines()) > 1


def test_no_command_needs_anything_heavy_to_show_its_help():
    code = (
        "import sys\n"
        "from generator.cli.commands import COMMANDS, load\n"
        "for name in COMMANDS:\n"
        "    load(name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_mistyped_command_is_answered_with_the_nearest():
    code = "import sys; sys.argv[1:] = ['biuld']; from generator.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Did you mean 'build'?" in done.stderr
