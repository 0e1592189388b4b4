"""Job files: all that `loremill build` can be told, as TOML with the names of the options."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from generator.errors import Misconfigured
from generator.names import nearest

STANDARD_INPUT = "-"
LONGEST = 2**20
"""Bytes; a long list of titles goes into a file of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of a job file."""

    name: str
    """That of the option, without dashes before it."""
    field: str = ""
    """What the configuration calls it; empty for what only the command line looks at."""
    is_path: bool = False
    is_many: bool = False
    example: str = ""
    """In TOML, for what is not set by default."""
    default: str = ""
    """In TOML, where it is written in another way than the configuration keeps it."""
    is_shown: bool = False
    """Whether the example job sets it."""


def _plain(*names: str) -> Iterator[Setting]:
    """Settings that the configuration calls by the same name."""
    return (Setting(name=name, field=name.replace("-", "_")) for name in names)


TABLES: Mapping[str, tuple[Setting, ...]] = {
    "articles": (
        Setting(name="article", field="titles", is_many=True, example='["Agrippina (opera)"]', is_shown=True),
        Setting(name="titles", field="titles_file", is_path=True, example='"titles.txt"'),
        Setting(
            name="from", field="files", is_path=True, is_many=True, example='["Rinaldo.wiki"]'
        ),
        Setting(name="title", field="title", example='"Rinaldo (opera)"'),
        Setting(
            name="category", field="categories", is_many=True,
            example='["Operas by George Frideric Handel"]',
        ),
        Setting(name="depth", field="depth"),
        Setting(name="links-of", field="links_of", is_many=True, example='["Handel operas"]'),
        Setting(name="search", field="searches", is_many=True, example='["opera seria"]'),
        Setting(name="max-titles", field="max_titles", example="500"),
        Setting(name="site", field="site"),
        Setting(name="lang", field="lang", example='"de"'),
        Setting(name="contact", field="contact", example='"you@your-domain.net"'),
    ),
    "passages": (
        Setting(name="sections", field="sections", is_many=True, example='["Synopsis/**"]'),
        Setting(name="skip-sections", field="skip_sections", is_many=True, example='["History/*"]'),
        *_plain("back-matter"),
        Setting(name="keep", field="keep", is_many=True, example='["tables"]'),
        Setting(name="drop", field="drop", is_many=True, example='["code"]'),
        *_plain("max-words", "min-words"),
    ),
    "prompts": (
        Setting(name="prompts", field="prompts", is_path=True, example='"prompts"'),
        Setting(name="recipe", field="recipe", example='"expert"'),
        Setting(
            name="template", field="templates", is_many=True, example='["detailed", "basic"]'
        ),
    ),
    "model": (
        Setting(name="model", field="model", example='"gpt-6-luna"'),
        Setting(name="base-url", field="base_url", example='"http://localhost:8000/v1"'),
        Setting(name="price-in", field="price_in", example="0.10"),
        Setting(name="price-out", field="price_out", example="0.50"),
    ),
    "limits": (
        Setting(name="rpm", field="rpm", example="500"),
        Setting(name="tpm", field="tpm", example="200_000"),
        *_plain("concurrency"),
        Setting(name="timeout", field="timeout_s"),
    ),
    "spending": (
        Setting(name="budget", field="budget", example="5.00"),
        Setting(name="token-budget", field="token_budget", example="2_000_000"),
        Setting(name="max-calls", field="max_calls", example="1_000"),
        Setting(name="until", field="until", example='"07:00"'),
    ),
    "batches": (
        *_plain("batch", "wait", "online-rest", "batch-calls", "batch-mb"),
        Setting(name="batch-tokens", field="batch_tokens", example="2_000_000"),
        Setting(name="poll", field="poll_s"),
    ),
    "dataset": (
        Setting(name="workspace", field="workspace", is_path=True),
        Setting(name="name", field="name", example='"handel-operas"'),
        *_plain("seed"),
        Setting(name="split", field="shares", default='"80/10/10"'),
        *_plain("format", "system"),
        Setting(name="checks", field="checks", is_many=True, example='["default", "-names"]'),
        Setting(name="separator", field="separator", example='"\\n\\n###\\n\\n"'),
        Setting(name="stop", field="stop_sequence", example='" END"'),
        Setting(name="base-context", field="base_context", example='"{article}: {section}"'),
    ),
    "quality": (
        Setting(name="judge", field="judge", example='"gpt-6-terra"'),
        Setting(name="judge-base-url", field="judge_base_url", example='"http://localhost:8001/v1"'),
        Setting(name="judge-price-in", field="judge_price_in", example="0.40"),
        Setting(name="judge-price-out", field="judge_price_out", example="1.60"),
        *_plain("trust-judge", "round-trip"),
        Setting(name="repair", field="repair", example="false"),
        *_plain("top-up"),
    ),
    "run": (
        *_plain("report", "log"),
        Setting(name="notify", example='"mail -s done me@example.org"'),
        Setting(name="quiet"),
        Setting(name="verbose"),
    ),
}  # fmt: skip
"""Table -> its settings, in the order of the example."""

SETTINGS = {setting.name: setting for table in TABLES.values() for setting in table}
HOME = {setting.name: table for table, settings in TABLES.items() for setting in settings}
"""Setting -> the table that it stands in."""

_SECRET_NAME = re.compile(
    r"(open)?ai[-_]?key|(.*[-_])?(api[-_]?key|password|secret|token)|key", re.I
)
_SECRET = re.compile(r"\bsk-[A-Za-z0-9_-]{16,}")


@dataclass(frozen=True, kw_only=True)
class JobFile:
    """What a job file says; nothing where there is none."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """By the names of the configuration; paths are as seen from the working directory."""
    shown: Mapping[str, Any] = field(default_factory=dict)
    """What only the command line looks at: `notify`, `quiet`, `verbose`."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each of `values` stands, for messages: `job.toml, line 4: rpm`."""


def read_job(path: Path) -> JobFile:
    """Read a job file; what its values mean is checked with all other options.

    Raises:
        Misconfigured: it cannot be read, holds a key that is none, or a secret. The message names
            the file, and the line where that can be told.
    """
    text = _read(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(
            f"{path} is not TOML: {error}; `loremill init` writes an example"
        ) from None
    except RecursionError:
        raise Misconfigured(f"{path} is nested too deep for a job file") from None
    places = _Places(path, text)
    values: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    said: dict[str, str] = {}
    for table, settings in data.items():
        _check_table(table, settings, places)
        for key, value in settings.items():
            place = places.of(table, key)
            setting = _find(table, key, value, place)
            target = values if setting.field else shown
            name = setting.field or setting.name
            if name in target:
                raise Misconfigured(f"{place}: {setting.name!r} stands there twice")
            target[name] = _convert(setting, value, path.parent, place)
            said[name] = f"{place}: {setting.name}"
    return JobFile(values=values, shown=shown, places=said)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Misconfigured(
            f"the job file {str(path)!r} cannot be read ({why}): check the path, or write one with"
            " `loremill init`"
        ) from error
    if len(data) > LONGEST:
        raise Misconfigured(
            f"{path} is too long for a job file: put titles into a list of their own"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path} is not in UTF-8: convert it with iconv -t UTF-8") from error


def _check_table(table: str, settings: object, places: _Places) -> None:
    if table in TABLES and isinstance(settings, dict):
        return
    place = places.of("", table) if not isinstance(settings, dict) else places.of_table(table)
    _check_no_secret(table, place)
    name = table.replace("_", "-")
    if table in TABLES:
        raise Misconfigured(f"{place}: {table!r} is a table: write [{table}] on a line of its own")
    if name in SETTINGS and not isinstance(settings, dict):
        raise Misconfigured(f"{place}: {name!r} belongs into the table [{HOME[name]}]")
    known = ", ".join(f"[{one}]" for one in TABLES)
    near = nearest(name, [*TABLES, *SETTINGS])
    raise Misconfigured(f"{place}: unknown table {table!r}{near} (tables: {known})")


def _find(table: str, key: str, value: object, place: str) -> Setting:
    name = key.replace("_", "-")
    if name not in SETTINGS:
        _check_no_secret(key, place)
        raise Misconfigured(f"{place}: unknown key {key!r}{nearest(name, SETTINGS)}")
    if HOME[name] != table:
        raise Misconfigured(f"{place}: {name!r} belongs into the table [{HOME[name]}]")
    if _holds_secret(value):
        raise Misconfigured(
            f"{place}: {name!r} holds what looks like a key or a password; a job file is to be"
            " shared: take it out, and set OPENAI_API_KEY"
        )
    return SETTINGS[name]


def _check_no_secret(key: str, place: str) -> None:
    if _SECRET_NAME.fullmatch(key):
        raise Misconfigured(
            f"{place}: a job file is to be shared and holds no secrets: take {key!r} out, and set"
            " OPENAI_API_KEY"
        )


def _holds_secret(value: object) -> bool:
    if isinstance(value, list):
        return any(_holds_secret(one) for one in value)
    if not isinstance(value, str):
        return False
    return bool(_SECRET.search(value)) or ("://" in value and _has_password(value))


def _has_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.password is not None


def _convert(setting: Setting, value: Any, folder: Path, place: str) -> Any:
    if setting.is_many and not isinstance(value, list):
        value = [value]
    if isinstance(value, list) and not setting.is_many:
        help = " (a list of titles is `article`)" if setting.name == "titles" else ""
        raise Misconfigured(f"{place}: {setting.name!r} takes one value, not a list{help}")
    if isinstance(value, dict):
        raise Misconfigured(f"{place}: {setting.name!r} takes a value, not a table")
    if setting.is_path:
        return (
            [_path(one, folder, setting, place) for one in value]
            if setting.is_many
            else _path(value, folder, setting, place)
        )
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def _path(value: object, folder: Path, setting: Setting, place: str) -> Path:
    """Seen from the job file; standard input is where it is."""
    if not isinstance(value, str):
        raise Misconfigured(f"{place}: {setting.name!r} takes a path in quotes")
    return Path(value) if value == STANDARD_INPUT else folder / Path(value).expanduser()


class _Places:
    """Lines of a file, found again by looking for them: the reader of TOML does not tell."""

    _TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
    _KEY = re.compile(r"""\s*["']?([^"'=#\[\]]+?)["']?\s*=""")

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines: dict[tuple[str, str], int] = {}
        table = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if found := self._TABLE.fullmatch(line):
                table = found[1].strip("\"'")
                self._lines.setdefault((table, ""), number)
            elif found := self._KEY.match(line):
                self._lines.setdefault((table, found[1]), number)

    def of_table(self, table: str) -> str:
        return self.of(table, "")

    def of(self, table: str, key: str) -> str:
        line = self._lines.get((table, key))
        return f"{self._path}, line {line}" if line else f"{self._path}"
