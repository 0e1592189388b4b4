"""A trainer that plays a part instead of training, through the real process of a job.

    python scripted_trainer.py PART FOLDER

Every part says that it runs, and leaves `pid` in the folder so that a test can kill it for real.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from generator.errors import Misconfigured
from generator.tuning.local.folder import COMPLETE
from generator.tuning.local.process import main
from generator.tuning.local.work import Work

STEPS = 4


def _train(work: Work) -> Mapping[str, Any]:
    """Four steps with a checkpoint each, from the last one on; after the second the part begins."""
    (work.folder.path / "pid").write_text(str(os.getpid()))
    whole = work.folder.whole_checkpoints()
    begun = whole[-1][0] if whole else 0
    work.begin("running", step=begun, total_steps=STEPS)
    for step in range(begun + 1, STEPS + 1):
        work.tell(f"Step {step}/{STEPS}", data={"step": step, "total_steps": STEPS})
        _leave_checkpoint(work, step, is_whole=True)
        work.begin("running", step=step)
        if step == 2 and not begun:
            _play(work)
    work.folder.model.mkdir()
    (work.folder.model / "config.json").write_text("{}")
    (work.folder.path / "results.csv").write_text("step,train_loss\n4,0.5\n")
    return {"trained_tokens": 40}


def _leave_checkpoint(work: Work, step: int, *, is_whole: bool) -> None:
    path = work.folder.checkpoints / f"checkpoint-{step}"
    path.mkdir(parents=True, exist_ok=True)
    if is_whole:
        (path / COMPLETE).touch()


def _play(work: Work) -> None:
    match sys.argv.pop():
        case "hangs":
            _leave_checkpoint(work, 3, is_whole=False)
            (work.folder.path / "ready").touch()
            time.sleep(600)
        case "raises":
            raise RuntimeError("something\nodd")
        case "refuses":
            raise Misconfigured("train.jsonl, line 3: is not JSON")
        case "disk is full":
            raise RuntimeError("cannot write the file") from OSError(errno.ENOSPC, "No space left")
        case "dies":
            os.write(1, b"Killed by something\n")
            os._exit(9)
        case _:
            pass


if __name__ == "__main__":
    part, folder = sys.argv[1:]
    sys.argv = [sys.argv[0], folder, part]
    sys.exit(main(_train))
