"""`loremill init`: a job file to begin with, written from what `build --help` says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from generator.cli.console import plain_stdout
from generator.errors import Misconfigured
from generator.jobfile import TABLES, Setting

out = plain_stdout()

HEAD = """\
# All that `loremill build` can be told, with the names of its options:
#
#     loremill build --job {name}
#
# Lines like #rpm = 500 show a default, or an example of what is not set by default: take the # away and
# change it. Options on the command line stand above this file, this file above environment variables.
# Paths are seen from this file. No key belongs in here: it comes from OPENAI_API_KEY.
"""

_UNITS = {"USD", "SECONDS", "MB"}
_DEFAULT = re.compile(r"\s*\[dim\]\\\[default: (.*?)\]\[/dim\]")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write it.", show_default=True)
    ] = Path("job.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented example of a job file, with all options and their defaults."""
    try:
        with file.open("w" if force else "x", encoding="utf-8") as opened:
            opened.write(example(file.name))
    except FileExistsError:
        raise Misconfigured(f"{file} is there already; --force replaces it") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Misconfigured(f"cannot write {file}: {why}") from error
    name = escape(str(file))
    out.print(f"{name}: edit it, then `loremill build --job {name}`", highlight=False)


def example(name: str = "job.toml") -> str:
    """The text of the example: every setting with its explanation, its default or an example."""
    return "\n".join([HEAD.format(name=name), *_lines(_helps())])


def _lines(helps: dict[str, str]) -> Iterator[str]:
    for table, settings in TABLES.items():
        yield f"[{table}]"
        for setting in settings:
            yield f"# {_explanation(setting, helps[setting.name])}"
            yield f"{'' if setting.is_shown else '#'}{setting.name} = {_value(setting)}"
        yield ""


def _explanation(setting: Setting, help: str) -> str:
    """Without markup; the default stands in the line below, unless it depends on other things."""
    text = _DEFAULT.sub("", help).strip()
    if setting.is_shown or not setting.example:
        return text
    default = _DEFAULT.search(help)
    return f"{text} {f'Default: {default[1]}.' if default else 'Not set by default.'}"


def _value(setting: Setting) -> str:
    if setting.default or setting.example:
        return setting.default or setting.example
    if not setting.field:
        return "false"
    from generator.config import BuildConfig

    return _toml(BuildConfig.model_fields[setting.field].get_default())


def _toml(value: Any) -> str:
    """A default as TOML writes it, which for these is as JSON does."""
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def build_parameters() -> list[Any]:
    """The options and arguments of `loremill build`, as they are declared."""
    from generator.cli import build

    app = typer.Typer(add_completion=False)
    build.register(app)
    return list(typer.main.get_command(app).params)


def _helps() -> dict[str, str]:
    """What `build --help` says on each setting; the titles are called `article` in the file."""
    return {
        setting_of(parameter): f"{parameter.help or ''}{_unit(parameter.metavar or '')}"
        for parameter in build_parameters()
    }


def _unit(metavar: str) -> str:
    """What a value is counted in, or has to be one of; nothing where the metavar says no more."""
    is_choice = "|" in metavar and metavar.islower()
    return f" ({metavar})" if metavar in _UNITS or is_choice else ""


def setting_of(parameter: Any) -> str:
    """The key of an option; the argument is `article`, as `titles` is the list's."""
    option = str(parameter.opts[0])
    return option.removeprefix("--") if option.startswith("--") else "article"
