"""The process that trains one job: `python -m generator.tuning.local.process FOLDER`.

It may be killed at any moment, also by itself when the job is cancelled: a status is replaced in one
piece, a checkpoint counts when its last file is there, and the model gets its name when it is whole.
"""

from __future__ import annotations

import errno
import shutil
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from generator.errors import LoremillError, StoreError
from generator.tuning.local.folder import JobFolder, now
from generator.tuning.local.rows import read_data
from generator.tuning.local.work import FAILED, Work

ALMOST_FULL = 1 << 20
"""Bytes left on a disk that is called full: who fails for want of room often says something else."""
FULL = {errno.ENOSPC, errno.EDQUOT}


def main(train: Callable[[Work], Mapping[str, Any]]) -> int:
    """Train the job of the folder that is named on the command line."""
    work = Work(JobFolder(Path(sys.argv[1])))
    work.watch()
    try:
        done = train(work)
    except LoremillError as error:
        traceback.print_exc()
        return _fail(work, _disk(error, work.folder.path) or str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the job says how it ended
        traceback.print_exc()
        return _fail(work, in_words(error, work.folder))
    work.end("succeeded", "The job has been successfully completed", **done)
    return 0


def _fail(work: Work, message: str) -> int:
    with suppress(StoreError):
        work.end("failed", message)
    return FAILED


def in_words(error: Exception, folder: JobFolder) -> str:
    """What went wrong and what to do, for errors of packages that do not say so."""
    if said := _disk(error, folder.path):
        return said
    text = " ".join(str(error).split())[:300]
    if type(error).__name__ == "OutOfMemoryError":
        return (
            "the GPU's memory does not suffice: --hyperparameter micro_batch=1, a smaller max_length, "
            f"lora=true, or a smaller model ({text})"
        )
    if isinstance(error, MemoryError) or "not enough memory" in text:
        return f"the memory does not suffice: a smaller model, micro_batch or max_length ({text})"
    return f"{type(error).__name__}: {text} (the whole story is in {folder.log})"


def _disk(error: BaseException, place: Path) -> str:
    """Words for a full disk, which some packages call by other names; else nothing."""
    cause: BaseException | None = error
    is_full = False
    while cause is not None:
        is_full = is_full or (isinstance(cause, OSError) and cause.errno in FULL)
        cause = cause.__cause__
    with suppress(OSError):
        is_full = is_full or shutil.disk_usage(place).free < ALMOST_FULL
    if not is_full:
        return ""
    return (
        f"the disk that holds {place} is full: make room, then the same command goes on from the last "
        "checkpoint"
    )


def _train(work: Work) -> Mapping[str, Any]:
    spec = work.spec
    work.begin("validating_files", started_at=now())
    work.tell("Validating files")
    validation = Path(spec["validation"]) if spec["validation"] else None
    data = read_data(Path(spec["training"]), validation, method=spec["method"])
    from generator.tuning.local.train import train  # takes seconds, and may fail: the job says so

    return train(work, data)


if __name__ == "__main__":
    sys.exit(main(_train))
