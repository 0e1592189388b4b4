"""Where a base model is: a folder, a tuned model of ours, or a name on the hub."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from generator.digests import digest
from generator.errors import Misconfigured

_HUB_NAME = re.compile(r"(?:\w[\w.-]*/)?\w[\w.-]*")
_READ_WHOLE = 1 << 22
_SAMPLES = 16
_ON = {"1", "on", "yes", "true"}


def is_path(model: str) -> bool:
    """Whether a model is a folder, or is written as the path of one, be it there or not."""
    return bool(model) and (model.startswith(("./", "../", "/", "~")) or Path(model).is_dir())


def find_base(model: str) -> str:
    """The folder of a model, absolute; or its name on the hub.

    Raises:
        Misconfigured: a folder without a model; a name that is not here while the hub is switched off.
    """
    folder = Path(model).expanduser()
    if model and folder.is_dir():
        for place in (folder, folder / "model"):  # of a job's folder, the tuned model
            if (place / "config.json").is_file():
                return str(place.resolve())
        raise Misconfigured(f"{model} holds no model: there is no config.json in it")
    if not model or folder.is_absolute() or not _HUB_NAME.fullmatch(model):
        raise Misconfigured(
            f"there is no folder {model!r}, and it is no name on the hub (owner/name)"
        )
    if is_offline() and not _is_kept(model):
        raise Misconfigured(
            f"{model!r} is no folder, and not among the models that were fetched from the hub before; "
            "HF_HUB_OFFLINE is set, so it is not fetched now: give a folder, or unset it"
        )
    return model


def is_offline() -> bool:
    """Whether the hub is switched off."""
    return any(
        os.environ.get(name, "").lower() in _ON
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def _is_kept(model: str) -> bool:
    """Whether the hub's cache has a model; looked for in the folders as the hub's client names them."""
    home = os.environ.get("HF_HOME") or "~/.cache/huggingface"
    cache = Path(os.environ.get("HF_HUB_CACHE") or f"{home}/hub").expanduser()
    kept = cache / f"models--{model.replace('/', '--')}" / "snapshots"
    return any(kept.glob("*/config.json"))


def fingerprint(base: str) -> str:
    """What tells one content of a model's folder from another; of a hub name, the name.

    Files up to 4 MiB are read whole, larger ones at their ends and in between.
    """
    folder = Path(base)
    if not folder.is_absolute():
        return base
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return digest([[path.name, path.stat().st_size, _sample(path)] for path in files])


def _sample(path: Path) -> Any:
    size = path.stat().st_size
    sha = hashlib.sha256()
    with path.open("rb") as file:
        if size <= _READ_WHOLE:
            sha.update(file.read())
        else:
            piece = _READ_WHOLE // _SAMPLES
            for at in range(_SAMPLES):
                file.seek((size - piece) * at // (_SAMPLES - 1))
                sha.update(file.read(piece))
    return sha.hexdigest()
