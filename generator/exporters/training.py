"""Which split a training tool learns from, and which ones it is watched on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.errors import Misconfigured

TRAINING: Final = "train"
EVALUATED: Final = ("validation", "eval_recall")
"""Splits to look at while training; what is left is for the end."""


def training_file(files: Mapping[str, str]) -> str:
    """The file to train on, of split -> file.

    Raises:
        Misconfigured: there is none.
    """
    if TRAINING not in files:
        raise Misconfigured(
            f"no pair is in the split {TRAINING!r}, so there is nothing to train on: build with "
            "another --split, or choose a format without a training configuration"
        )
    return files[TRAINING]
