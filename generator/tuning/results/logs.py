"""What trainers and jobs log: TRL's `log_history`, and the events of a job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from generator.tuning.results.columns import METRIC_OF, STEP, read_step
from generator.tuning.results.curves import Step

_SUMMARIES = ("train_runtime", "eval_runtime")
_TIMES = ("_runtime", "_per_second", "total_flos")
_LISTS = ("log_history", "data", "events")


def read_log(text: str) -> Iterator[Step | str]:
    """The steps of a log in JSON or JSON Lines, and remarks about what could not be read."""
    for number, entry in enumerate(_entries(text), start=1):
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, Mapping):
            yield from _read_entry(number, entry)
        else:
            yield f"entry {number} is no object"


def is_log(text: str) -> bool:
    """Whether a text can be one."""
    return text.lstrip()[:1] in ("{", "[")


def _entries(text: str) -> Iterator[object]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from _lines(text)
        return
    if isinstance(whole, Mapping):
        lists = (whole[name] for name in _LISTS if isinstance(whole.get(name), list))
        whole = next(lists, [whole])
    yield from whole if isinstance(whole, list) else [whole]


def _lines(text: str) -> Iterator[object]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            yield f"line {number} is not JSON"


def _read_entry(number: int, entry: Mapping[str, object]) -> Iterator[Step | str]:
    data = entry.get("data")
    if isinstance(data, Mapping) and STEP not in entry:
        entry = data
    elif "message" in entry and STEP not in entry:
        # An event that tells of something else.
        return
    # The last entry of a trainer is about the whole: its `train_loss` is a mean of all steps.
    if "train_runtime" in entry or not any(name in METRIC_OF for name in entry):
        return
    told = {name: value for name, value in entry.items() if not name.endswith(_TIMES)}
    step = read_step(told)
    yield step if step is not None else f"entry {number} names no step"
