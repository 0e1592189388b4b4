"""Options, job file and environment, put together into one checked and frozen configuration."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from generator.checks import select_checks
from generator.errors import Misconfigured
from generator.jobfile import SETTINGS, STANDARD_INPUT, JobFile, read_job
from generator.names import nearest, slug
from generator.records import Json
from generator.wikitext.categories import without_prefix
from generator.wikitext.options import CHOICES, CleanOptions
from generator.wikitext.selection import Selection, select

DEFAULT_SITE = "https://en.wikipedia.org"
DEFAULT_MODEL = "gpt-6-luna"
"""Cheapest current model with a long context: $0.10 / $0.50 per million tokens in / out (2026-11)."""
EXTRACTIVE = "extractive"
EXPERT, SIMPLE = "expert", "simple"
"""The recipe of language models, and that of the built-in writer, which cannot list facts."""
UNASKED_TITLES = 2
"""So many titles may be written by the built-in model without being asked for it."""

ENVIRONMENT = {
    "site": "LOREMILL_SITE",
    "contact": "LOREMILL_CONTACT",
    "model": "LOREMILL_MODEL",
    "base_url": "OPENAI_BASE_URL",
    "workspace": "LOREMILL_WORKSPACE",
}
"""Option -> the environment variable that stands in for it."""
KEY_VARIABLE = "OPENAI_API_KEY"
OPTIONS = {setting.field: name for name, setting in SETTINGS.items() if setting.field}
"""Field of the configuration -> the option that sets it."""
SPLIT_FORMATS = (
    "chat", "completion", "alpaca", "sharegpt", "gemini", "trl-chat", "trl-text",
    "trl-prompt-completion", "trl-chat-prompt-completion", "trl-prompt-only",
    "trl-chat-prompt-only",
)  # fmt: skip
"""Formats of split files; those that are folders of their own are for `loremill export`."""
SHAPING = (
    "titles", "titles_file", "files", "title", "categories", "depth", "links_of", "searches",
    "max_titles", "site", "lang", "sections", "skip_sections", "back_matter", "keep", "drop",
    "max_words", "min_words", "recipe", "templates", "model", "seed", "shares", "checks", "format", "system",
    "separator", "stop_sequence", "base_context", "judge", "round_trip", "trust_judge", "repair",
    "top_up",
)  # fmt: skip
"""Fields that say what a dataset holds; the others say how it is made."""


def _read_shares(given: object) -> object:
    """`80/10/10` as shares of one; what is no text is left as it is."""
    if not isinstance(given, str):
        return given
    try:
        parts = [float(part) for part in given.split("/")]
    except ValueError:
        parts = []
    if len(parts) != 3 or not all(0 <= part < inf for part in parts) or not sum(parts):
        raise ValueError(f"{given!r} is no split: give three shares, such as 80/10/10")
    return tuple(part / sum(parts) for part in parts)


def _read_format(given: str) -> str:
    if given in SPLIT_FORMATS:
        return given
    raise ValueError(
        f"no format {given!r} for split files{nearest(given, SPLIT_FORMATS)} (known: "
        f"{', '.join(SPLIT_FORMATS)}; others are made of a built dataset by `loremill export`)"
    )


class BuildConfig(BaseModel):
    """All that `build` can be told. Made by `resolve`, which fills in the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: tuple[str, ...] = ()
    titles_file: Path | None = None
    """A list of further titles, one a line; `-` is standard input. Read as it is needed."""
    files: tuple[Path, ...] = ()
    """Wikitext on disk; `-` is standard input."""
    title: str | None = None
    """Title for a single file, where its name is not the title."""
    categories: tuple[str, ...] = ()
    """Categories whose articles are used."""
    depth: int = Field(default=0, ge=0)
    """How many levels of subcategories are gone into."""
    links_of: tuple[str, ...] = ()
    """Articles whose links are followed, one step far."""
    searches: tuple[str, ...] = ()
    """What the wiki's own search is asked for."""
    max_titles: int | None = Field(default=None, ge=1)
    """The most titles from categories, links and searches together."""
    site: str = DEFAULT_SITE
    lang: str | None = None
    """Language of Wikipedia, a short form of `site`; for files the language they are in."""
    contact: str = ""
    """E-mail address or URL of whoever runs this, for the wiki's operators."""
    model: str = ""
    """Empty: the default model with a key or a base URL, else the built-in one."""
    base_url: str | None = None
    api_key: SecretStr | None = None
    prompts: Path | None = None
    recipe: str | None = None
    """Name or path of a recipe: which prompt files are used in which order; see `used_recipe`."""
    templates: tuple[str, ...] = ()
    """Prompt files, each used once on every passage, instead of a recipe."""
    workspace: Path = Path("outputs")
    name: str | None = None
    """Folder of the dataset in the workspace; a slug of the title where not given."""
    rpm: float | None = Field(default=None, gt=0)
    """Requests per minute."""
    tpm: float | None = Field(default=None, gt=0)
    """Tokens per minute, both ways."""
    concurrency: int = Field(default=16, ge=1, le=5000)
    budget: float | None = Field(default=None, ge=0)
    """The most that this run may spend, in the currency of the price list."""
    token_budget: int | None = Field(default=None, ge=0)
    """The most tokens that this run may use, of prompts and replies together."""
    max_calls: int | None = Field(default=None, ge=0)
    """The most calls that this run may make; 0 makes a dataset of what is stored."""
    until: str | None = None
    """When no more calls are sent: `07:00`, the next one to come, or a date with a time."""
    timeout_s: float = Field(default=600.0, gt=0)
    """For one attempt at one call; the openai client's own default."""
    batch: bool = False
    """Ask through the endpoint's Batch API: half the price, within 24 hours."""
    wait: bool = True
    """Wait for the batches; without, they are submitted and left."""
    online_rest: bool = False
    """Ask for all that one round of batches leaves out one by one, at the full price."""
    batch_calls: int = Field(default=50_000, ge=1, le=50_000)
    """The most calls in one batch."""
    batch_mb: float = Field(default=200.0, gt=0, le=200)
    """The largest file of a batch, in millions of bytes."""
    batch_tokens: int | None = Field(default=None, ge=1)
    """The most tokens of prompts in all batches at once, where the endpoint has such a limit."""
    poll_s: float = Field(default=300.0, gt=0)
    """The longest time between two looks at a batch; the first come sooner."""
    judge: str | None = None
    """Model that judges the pairs which the checks let pass; None for no judging."""
    judge_base_url: str | None = None
    """Where the judge is asked; that of the model where not given."""
    judge_price_in: float | None = Field(default=None, ge=0)
    """Of the judge, as `price_in`."""
    judge_price_out: float | None = Field(default=None, ge=0)
    trust_judge: bool = False
    """Let the judge refuse pairs, whatever its test says."""
    round_trip: bool = False
    """Let the judge also answer every question from the passage, and compare."""
    repair: bool | None = None
    """Have pairs worded anew that nobody understands without the passage; None: see `repairs`."""
    top_up: bool = False
    """Ask once more about the sentences of a passage that no pair speaks of."""
    log: bool = True
    """Keep a log of the run in the workspace, in `logs/`."""
    report: bool = True
    """Write `report.html`, a page to look at, into the dataset's folder."""
    seed: int = 0
    """For the splits."""
    format: Annotated[str, AfterValidator(_read_format)] = "chat"
    system: str = ""
    """System prompt of the rows in the chat format."""
    separator: str | None = None
    stop_sequence: str | None = None
    base_context: str | None = None
    shares: Annotated[tuple[float, float, float], BeforeValidator(_read_shares)] = (0.8, 0.1, 0.1)
    """Of train, validation and test, by section; `80/10/10` will do."""
    sections: tuple[str, ...] = ()
    """Patterns of heading paths; only these sections are asked about. See `wikitext.selection`."""
    skip_sections: tuple[str, ...] = ()
    """Patterns of heading paths that are not asked about."""
    back_matter: bool = False
    """Also ask about References, See also and the like."""
    checks: tuple[str, ...] = ()
    """Names of checks, `default` for the usual ones, `-NAME` to leave one out; empty: the usual."""
    keep: tuple[str, ...] = ()
    """Kinds of text to keep that are left out by default; see `CleanOptions`."""
    drop: tuple[str, ...] = ()
    """Kinds of text to leave out that are kept by default; see `CleanOptions`."""
    max_words: int = Field(default=900, ge=50)
    """Longest passage; longer sections are cut at paragraphs and sentences."""
    min_words: int = Field(default=25, ge=0)
    """Shorter sections are joined with their neighbours."""
    price_in: float | None = Field(default=None, ge=0)
    """Per million tokens, in the currency of the price list; overrides it."""
    price_out: float | None = Field(default=None, ge=0)

    @property
    def clean_options(self) -> CleanOptions:
        """What of an article is kept and what is left out."""
        choices: dict[str, Any] = dict.fromkeys(self.keep, "keep") | dict.fromkeys(
            self.drop, "drop"
        )
        return CleanOptions(**choices)

    @property
    def selection(self) -> Selection:
        """Which sections are asked about."""
        return select(self.sections, self.skip_sections)

    @property
    def has_listings(self) -> bool:
        """Whether the wiki is to list titles, so that nobody knows yet how many there are."""
        return bool(self.categories or self.links_of or self.searches)

    @property
    def has_sources(self) -> bool:
        """Whether there is anything to build from."""
        return bool(self.titles or self.titles_file or self.files or self.has_listings)

    @property
    def settings(self) -> dict[str, Json]:
        """What of the configuration shapes the dataset, by the names of the options.

        Nothing of it tells who made it, where, how fast and for how much: two runs that make the same
        dataset have the same settings.
        """
        shaping = self.model_dump(mode="json", include=set(SHAPING))
        shaping["recipe"] = self.used_recipe
        for name in ("files", "titles_file"):
            shaping[name] = _names_only(shaping[name])
        return {OPTIONS[name]: value for name, value in shaping.items()}

    @property
    def check_names(self) -> tuple[str, ...]:
        """The checks that run, in their order."""
        return select_checks(self.checks, recites=self.is_extractive)

    @property
    def dataset_name(self) -> str:
        """Name of the dataset's folder, safe on any file system."""
        if self.name is not None:
            return self.name
        if self.titles_file is not None:
            return slug(self.titles_file.stem)
        sources = [
            *self.titles,
            *(self.title or path.stem for path in self.files),
            *map(without_prefix, self.categories),
            *self.links_of,
            *self.searches,
        ]
        first = slug(sources[0]) if sources else "dataset"
        return first if len(sources) < 2 else f"{first}-and-{len(sources) - 1}-more"

    @property
    def folder(self) -> Path:
        """Where the dataset goes."""
        return self.workspace / self.dataset_name

    @property
    def repairs(self) -> bool:
        """Whether pairs are worded anew: by a language model that is asked one by one, unless told."""
        usual = not (self.is_extractive or self.batch)
        return usual if self.repair is None else self.repair

    @property
    def has_usual_recipe(self) -> bool:
        """True where nobody has said which recipe or prompt files to use."""
        return self.recipe is None and not self.templates

    @property
    def used_recipe(self) -> str | None:
        """The recipe that is given or usual for the model; None where prompt files are named."""
        if self.has_usual_recipe:
            return SIMPLE if self.is_extractive else EXPERT
        return self.recipe

    @property
    def says_shares(self) -> bool:
        """Whether the shares of the splits were given, rather than left as they are by default."""
        return "shares" in self.model_fields_set

    @property
    def is_extractive(self) -> bool:
        """True where the built-in model does the writing."""
        return self.model == EXTRACTIVE

    @property
    def endpoint(self) -> str:
        """A label of what answers: scheme, host and path, never credentials."""
        if self.is_extractive:
            return "built-in"
        parts = urlsplit(self.base_url or "https://api.openai.com/v1")
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path.rstrip('/')}"


def resolve(options: Mapping[str, Any], environ: Mapping[str, str]) -> BuildConfig:
    """The configuration of a job: options first, then its job file, the environment, the defaults.

    Options whose value is None count as not given. `job` is the path of a job file.

    Raises:
        Misconfigured: for an unknown option or a value that cannot be; the message names it.
    """
    values = {name: value for name, value in options.items() if value is not None}
    path = values.pop("job", None)
    file = JobFile() if path is None else read_job(Path(path))
    places = {name: place for name, place in file.places.items() if name not in values}
    values = {**_without_overridden(file.values, values), **values}
    for option, variable in ENVIRONMENT.items():
        if environ.get(variable):
            values.setdefault(option, environ[variable])
    if environ.get(KEY_VARIABLE):
        values.setdefault("api_key", environ[KEY_VARIABLE])
    try:
        config = BuildConfig.model_validate(values)
    except ValidationError as error:
        raise Misconfigured(_explain(error, places)) from error
    _check(config)
    config = config.model_copy(update={"model": config.model or _default_model(config)})
    if config.is_extractive and (config.repair or config.top_up):
        raise Misconfigured("--repair and --top-up need a language model: name one with --model")
    return config


def _without_overridden(file: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a job file says, but for a recipe where prompt files are named above it, or the other way."""
    ways = {"recipe", "templates"}
    return {
        name: value for name, value in file.items() if not (name in ways and ways & values.keys())
    }


def _default_model(config: BuildConfig) -> str:
    if config.api_key is not None or config.base_url is not None:
        return DEFAULT_MODEL
    asked = len(config.titles) + len(config.files)
    is_list = config.titles_file is not None or config.has_listings
    if is_list or asked > UNASKED_TITLES:
        many = "a list of" if is_list else f"{asked}"
        raise Misconfigured(
            f"no model for {many} articles: set {KEY_VARIABLE}, give --base-url of a local "
            "server, or say --model extractive for the built-in writer"
        )
    return EXTRACTIVE


def _check(config: BuildConfig) -> None:
    named = config.model and not config.is_extractive
    if named and config.api_key is None and config.base_url is None:
        raise Misconfigured(
            f"model {config.model!r} needs a key: set {KEY_VARIABLE}, or give --base-url of a server "
            "that asks for none"
        )
    if config.base_url is not None and urlsplit(config.base_url).scheme not in ("http", "https"):
        raise Misconfigured(
            f"--base-url {config.base_url!r} must begin with http:// or https:// and usually "
            "ends with /v1"
        )
    if config.title is not None and len(config.files) != 1:
        raise Misconfigured("--title names the article of exactly one --from file")
    if STANDARD_INPUT in map(str, config.files) and config.title is None:
        raise Misconfigured("wikitext from standard input needs a title: give one with --title")
    if str(config.titles_file) == STANDARD_INPUT:
        if STANDARD_INPUT in map(str, config.files):
            raise Misconfigured("--titles - and --from - cannot both be standard input")
        if config.name is None:
            raise Misconfigured("titles from standard input have no name: give one with --name")
    if config.name is not None:
        _check_name(config.name)
    if config.batch and config.is_extractive:
        raise Misconfigured("--batch is for models with a Batch API; the built-in writer is free")
    if not config.batch and (config.online_rest or not config.wait):
        raise Misconfigured(
            "--no-wait and --online-rest say how a build with --batch goes: give it"
        )
    if config.recipe is not None and config.templates:
        raise Misconfigured(
            "--recipe names the prompt files itself: give it or --template, not both"
        )
    _check_judge(config)
    _check_listings(config)
    _check_choices(config)
    select_checks(config.checks, recites=config.is_extractive)
    _check_patterns(config)


def _check_judge(config: BuildConfig) -> None:
    if config.judge is None:
        given = {
            "--judge-base-url": config.judge_base_url,
            "--trust-judge": config.trust_judge,
            "--round-trip": config.round_trip,
        }
        for option, value in given.items():
            if value:
                raise Misconfigured(f"{option} is about a judge: name one with --judge")
    elif config.judge == EXTRACTIVE:
        raise Misconfigured("--judge: the built-in writer cannot judge; name a language model")
    elif config.api_key is None and not (config.judge_base_url or config.base_url):
        raise Misconfigured(
            f"--judge {config.judge!r} needs a key: set {KEY_VARIABLE}, or give --judge-base-url of "
            "a local server"
        )


def _check_listings(config: BuildConfig) -> None:
    if config.depth and not config.categories:
        raise Misconfigured("--depth says how far to go into a --category: give one")
    if config.max_titles is not None and not config.has_listings:
        raise Misconfigured(
            "--max-titles is for titles that a wiki lists: give --category, --links-of or --search"
        )
    for option in ("categories", "links_of", "searches"):
        if not all(name.strip() for name in getattr(config, option)):
            raise Misconfigured(f"--{OPTIONS[option]} is empty: say what to list")


def _check_patterns(config: BuildConfig) -> None:
    for option in ("sections", "skip_sections"):
        try:
            select(getattr(config, option), ())
        except ValueError as error:
            raise Misconfigured(f"--{OPTIONS[option]}: {error}") from error


def _check_choices(config: BuildConfig) -> None:
    for option, kinds in (("--keep", config.keep), ("--drop", config.drop)):
        for kind in kinds:
            if kind not in CHOICES:
                known = ", ".join(CHOICES)
                raise Misconfigured(f"{option} {kind!r}{nearest(kind, CHOICES)} (known: {known})")
    for kind in set(config.keep) & set(config.drop):
        raise Misconfigured(f"--keep {kind} and --drop {kind}: only one of them can be")


def _check_name(name: str) -> None:
    safe = slug(name)
    plain = name.replace("_", "-").replace(".", "-").casefold()
    if not name or name.startswith(".") or slug(plain) != plain:
        raise Misconfigured(f"--name {name!r} cannot be a folder's name; {safe!r} can")


def _explain(error: ValidationError, places: Mapping[str, str]) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    name = str(problem["loc"][0]) if problem["loc"] else "?"
    if problem["type"] == "extra_forbidden":
        return f"unknown option {name!r}{nearest(name, list(BuildConfig.model_fields))}"
    why = problem["msg"].removeprefix("Value error, ")
    return f"{places.get(name, f'option {name!r}')}: {why}"


def _names_only(paths: Json) -> Json:
    """Names of files without their folders, which are nobody's business."""
    if isinstance(paths, list):
        return [_names_only(path) for path in paths]
    return Path(paths).name if isinstance(paths, str) else paths
