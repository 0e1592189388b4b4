"""How many pairs the reader finds in malformed replies, how many wrong ones, and how fast it is.

    python bench/read_replies.py [CASES.jsonl …]

Each case is `{"id", "category", "text", "expected", "finish_reason"?}`; a pair counts as recovered if
prompt and completion are exactly right. Without arguments: the project's own cases, and further
ones beside the project where there are any.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from generator.replies import read_reply

ROOT = Path(__file__).parents[1]
CASES = [
    ROOT / "tests" / "replies" / "cases.jsonl",
    ROOT.parent / "shared" / "cases" / "malformed_replies.jsonl",
]
BOMBS = ["[", "{", '"', "\\", '{"prompt":"', "plain prose. "]
SIZE = 1_000_000
SECONDS = 1.0


def main() -> None:
    """Prints one line per file and category, then the speeds."""
    for path in [Path(name) for name in sys.argv[1:]] or [path for path in CASES if path.exists()]:
        show_score(path)
    show_speed()


def show_score(path: Path) -> None:
    """Recovered, wrong and expected pairs of the cases in a file, by category."""
    cases = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    totals: dict[str, Counter[str]] = {}
    for case in cases:
        score = score_case(case)
        for name in (case["category"], "all"):
            totals.setdefault(name, Counter()).update(score)
    print(f"{path}: {len(cases)} replies")
    for name in sorted(totals, key=lambda name: (name == "all", name)):
        total = totals[name]
        print(
            f"  {name:10} {total['recovered']:4} of {total['expected']:4} recovered, "
            f"{total['wrong']} wrong, {total['perfect']} of {total['replies']} replies perfect"
        )


def score_case(case: dict[str, Any]) -> Counter[str]:
    """What one case adds to the totals."""
    expected = [_pair(pair) for pair in case["expected"]]
    read = read_reply(case["text"], finish_reason=case.get("finish_reason"))
    found = [(pair.prompt, pair.completion) for pair in read.pairs]
    both = Counter(found) & Counter(expected)
    return Counter(
        replies=1,
        expected=len(expected),
        recovered=both.total(),
        wrong=len(found) - both.total(),
        perfect=found == expected,
    )


def _pair(pair: dict[str, str] | list[str]) -> tuple[str, str]:
    prompt, completion = pair.values() if isinstance(pair, dict) else pair
    return prompt, completion


def show_speed() -> None:
    """Pairs a second for a clean and for a damaged reply of 20 pairs, and the time for bombs."""
    answer = "It opened on 17 November 1869 after ten years of work. " * 4
    record = {"prompt": "When did the Suez Canal open?", "completion": answer}
    clean = "\n".join([json.dumps(record)] * 20)
    replies = {
        "clean lines": clean,
        "fenced array": "```json\n" + json.dumps([record] * 20, indent=2) + "\n```",
        "single quotes": "\n".join([repr(record)] * 20),
        "Q: A:": "\n\n".join([f"Q: {record['prompt']}\nA: {answer}"] * 20),
    }
    for name, text in replies.items():
        print(f"  {name:14} {pairs_a_second(text):8,.0f} pairs/s")
    for unit in BOMBS:
        text = (unit * (SIZE // len(unit) + 1))[:SIZE]
        began = time.process_time()
        read_reply(text)
        print(f"  1 MB of {unit!r:14} {time.process_time() - began:.2f} s")


def pairs_a_second(text: str) -> float:
    """Reads one reply over and over for a second of processor time."""
    began = time.process_time()
    pairs = 0
    while (spent := time.process_time() - began) < SECONDS:
        pairs += len(read_reply(text).pairs)
    return pairs / spent


if __name__ == "__main__":
    main()
