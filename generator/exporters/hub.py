"""Pushes an export to the Hugging Face Hub; the token comes from the environment and goes nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx2

from generator.errors import Misconfigured, ProviderRefuses, Transient
from generator.exporters.extras import load_extra

TOKEN_VARIABLE: Final = "HF_TOKEN"
_REPOSITORY = re.compile(r"[\w-][\w.-]{0,95}/[\w-][\w.-]{0,95}", re.ASCII)


def check_push(repository: str) -> None:
    """Find out that a push cannot be, before anything is written.

    Raises:
        Misconfigured: no token, no such name, or huggingface_hub is not installed.
    """
    if not _REPOSITORY.fullmatch(repository) or ".." in repository or "--" in repository:
        raise Misconfigured(f"--push {repository!r}: give USER/NAME of a dataset on the Hub")
    _token()
    _load()


def push_folder(folder: Path, names: Iterable[str], *, repository: str, public: bool) -> str:
    """Upload files of a folder in one commit; returns the address of the dataset.

    The dataset is made where it is not there, private unless it is to be public. `HF_ENDPOINT` names
    another hub.

    Raises:
        Misconfigured: see `check_push`.
        ProviderRefuses: the hub refuses.
        Transient: it does not answer.
    """
    check_push(repository)
    hub = _load()
    api = hub.HfApi(
        endpoint=os.environ.get("HF_ENDPOINT") or None, token=_token(), library_name="loremill"
    )
    with _explained(hub, repository):
        made = api.create_repo(repository, repo_type="dataset", private=not public, exist_ok=True)
        api.upload_folder(
            repo_id=repository,
            repo_type="dataset",
            folder_path=folder,
            allow_patterns=sorted(names),
            commit_message="Add the dataset",
        )
    return str(made)


def _token() -> str:
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise Misconfigured(
            f"--push needs a token that may write: set {TOKEN_VARIABLE}, which is read from the "
            "environment alone and kept nowhere"
        )
    return token


def _load() -> Any:
    # It would tell the hub about the machine's other tools; read once, when the package is loaded.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    return load_extra("huggingface_hub", extra="hub", use="--push")


@contextmanager
def _explained(hub: Any, repository: str) -> Iterator[None]:
    try:
        yield
    except hub.errors.HfHubHTTPError as exc:
        status = getattr(exc.response, "status_code", 0)
        if status >= 500 or status == 429:
            raise Transient(
                f"the Hub cannot take {repository} now (HTTP {status}); the same command tries again"
            ) from exc
        raise ProviderRefuses(
            f"the Hub refuses {repository} (HTTP {status}): see that {TOKEN_VARIABLE} may write there"
        ) from exc
    except ValueError as exc:
        raise ProviderRefuses(f"the Hub does not take {repository}: {exc}") from exc
    except (OSError, httpx2.HTTPError) as exc:
        raise Transient(
            f"the Hub did not answer ({type(exc).__name__}); the same command tries again"
        ) from exc
