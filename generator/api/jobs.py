"""What a job is to do, from the options that a user gave."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generator.config import BuildConfig, resolve
from generator.errors import Misconfigured
from generator.judging import inspectors
from generator.reviewing.judges import judge_config
from generator.reviewing.looking import Looks, looks_of


def job(
    titles: str | Iterable[str] = (),
    *,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> BuildConfig:
    """The checked configuration of a job, with the environment filled in.

    Raises:
        Misconfigured: an option that cannot be, or nothing to build.
    """
    titles = (titles,) if isinstance(titles, str) else tuple(titles)
    given = {"titles": titles or None, **options}
    config = resolve(given, os.environ if environ is None else environ)
    for title in config.titles:
        if title.endswith(".toml") and Path(title).is_file():
            raise Misconfigured(f"{title!r} is a file, not a title: give a job with --job {title}")
    if not config.has_sources:
        raise Misconfigured(
            "nothing to build: give a title, --titles FILE, --from FILE, --category NAME, "
            "--links-of TITLE, --search QUERY, or a --job FILE that names some"
        )
    return config


def untested_looks(config: BuildConfig) -> Looks:
    """What is to be done with the pairs, before it is known whether the judge is to be trusted.

    Raises:
        Misconfigured: a prompt file that cannot be.
    """
    if config.judge is None:
        return looks_of(config, ())
    judges = inspectors(config.judge, round_trip=config.round_trip, prompts=config.prompts)
    return looks_of(config, judges)


def judges_of(config: BuildConfig) -> list[BuildConfig]:
    """The configuration by which its judge is asked, where it has one."""
    return [] if config.judge is None else [judge_config(config)]
