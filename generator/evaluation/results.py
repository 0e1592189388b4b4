"""The folder of an evaluation: all figures, every answer, and a page to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from generator.errors import StoreError
from generator.evaluation.evaluate import Evaluation
from generator.evaluation.page import render_evaluation
from generator.evaluation.records import Answer
from generator.exporters.files import PartFile, explained, locked, sync_folder
from generator.exporters.jsonl import json_line, json_text
from generator.records import Json

FIGURES: Final = "evaluation.json"
ANSWERS: Final = "answers.jsonl"
PAGE: Final = "evaluation.html"


def write_results(evaluation: Evaluation) -> Path:
    """Write the three files in the place of older ones; returns the folder.

    Raises:
        StoreError: it cannot be written, or another process is writing it.
    """
    folder = evaluation.survey.out
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        texts: list[tuple[str, Iterable[str]]] = [
            (ANSWERS, map(json_line, _rows(evaluation))),
            (PAGE, render_evaluation(evaluation)),
            (FIGURES, [json_text(evaluation.as_dict())]),
        ]
        files = [PartFile(folder / name) for name, _ in texts]
        try:
            for file, (_, pieces) in zip(files, texts, strict=True):
                for piece in pieces:
                    file.write(piece)
                file.close()
            for file in files:
                file.publish()
        except BaseException:
            for file in files:
                file.discard()
            raise
        with explained(folder):
            sync_folder(folder)
    return folder


def check_out(folder: Path) -> None:
    """Make sure that results can go there before anything is asked.

    Raises:
        StoreError: it is a file, or a folder that must not be written.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir():
        raise StoreError(f"{folder}: is no folder; give another one with --out")


# Inside -----------------------------------------------------------------------------------------


def _rows(evaluation: Evaluation) -> Iterator[dict[str, Json]]:
    """An object for each item, with the answers of every model in every column."""
    by_item: defaultdict[tuple[str, str], list[Answer]] = defaultdict(list)
    for one in evaluation.answers:
        by_item[one.item.row, one.item.id].append(one)
    for key, own in by_item.items():
        item = own[0].item
        answers: dict[str, Json] = {}
        for side in dict.fromkeys(one.side for one in own):
            answers[side] = {one.column: _answer(one) for one in own if one.side == side}
        yield {
            "row": item.row, "id": item.id, "question": item.prompt, "right": [*item.answers],
            "language": item.language, "article": item.place.article,
            "section": [*item.place.section], "split": item.split, "kind": item.kind,
            "is_left_out": key in evaluation.figures.left_out_ids,
            "passage": item.text, "answers": answers,
        }  # fmt: skip


def _answer(one: Answer) -> dict[str, Json]:
    graded = one.grade
    return {
        "text": one.text,
        "outcome": one.outcome,
        "failure": one.failure,
        "exact": None if graded is None else graded.exact,
        "f1": None if graded is None else round(graded.f1, 4),
        "numbers": None if graded is None else graded.numbers,
        "judged": one.judged,
        "call": one.call,
    }
