"""Testing judges on labelled pairs, and what a build may believe of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generator.chat.prices import Price
from generator.config import EXTRACTIVE, BuildConfig
from generator.engine.follow_up import find_end
from generator.engine.run import RunResult
from generator.errors import ExitCode, LoremillError, Misconfigured
from generator.judging import Inspected, Inspector, inspectors
from generator.judging.exam import Labelled, Score, plan_exam, read_labelled, score, shipped_pairs
from generator.records import Reply
from generator.spending import price_of
from generator.store import Store
from generator.store.judges import JudgeTest


@dataclass(frozen=True, kw_only=True)
class Exam:
    """What one prompt file is tested with: the pairs, and the calls about them."""

    inspector: Inspector
    pairs: Sequence[Labelled]
    pairs_name: str
    """Name of the file they are from; empty for the shipped ones."""
    calls: Sequence[Inspected]


@dataclass(frozen=True, kw_only=True)
class ExamResult:
    """How a judge did."""

    exam: Exam
    endpoint: str
    score: Score
    answered: int
    """Calls with a reply, of those of the exam."""
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """Of all its replies, those included that were there before; None where unknown."""
    run: RunResult = field(default_factory=RunResult)

    @property
    def exit_code(self) -> ExitCode:
        """0 where the judge is to be trusted, 1 where it is not; see `ExitCode`."""
        if isinstance(self.run.stop.error, LoremillError):
            return self.run.stop.error.exit_code
        if self.run.stop.reason:
            return ExitCode.STOPPED
        return ExitCode.OK if self.score.passed else ExitCode.INCOMPLETE

    def as_dict(self) -> dict[str, Any]:
        """The result for `--json`."""
        inspector = self.exam.inspector
        return {
            "model": inspector.model,
            "endpoint": self.endpoint,
            "template": inspector.template.label,
            "pairs": self.exam.pairs_name or "shipped",
            **self.score.as_dict(),
            "calls": {"planned": len(self.exam.calls), "answered": self.answered},
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "cost_usd": self.cost,
            "stopped": self.run.stop.reason,
            "exit_code": int(self.exit_code),
        }


def set_up_exams(
    model: str, *, pairs: Path | None, round_trip: bool, prompts: Path | None
) -> list[Exam]:
    """The tests of a model: of the judge, and of the round trip where that is wanted.

    Raises:
        Misconfigured: the labelled pairs cannot be read, a prompt file is not there, or it is no
            language model.
    """
    if model == EXTRACTIVE:
        raise Misconfigured("the built-in writer cannot judge; name a language model")
    labelled = shipped_pairs() if pairs is None else _labelled(pairs)
    return [
        Exam(
            inspector=one, pairs=labelled, pairs_name="" if pairs is None else pairs.name,
            calls=list(plan_exam(labelled, one)),
        )
        for one in inspectors(model, round_trip=round_trip, prompts=prompts)
    ]  # fmt: skip


def mark_exam(exam: Exam, store: Store, config: BuildConfig, run: RunResult) -> ExamResult:
    """What the stored replies to a test are worth."""
    ends = {one.planned.call.digest: find_end(store, one.planned.call.digest) for one in exam.calls}
    replies = [end for end in ends.values() if isinstance(end, Reply)]
    return ExamResult(
        exam=exam,
        endpoint=config.endpoint,
        score=score(exam.pairs, exam.calls, ends.get),
        answered=len(replies),
        prompt_tokens=sum(reply.usage.prompt_tokens for reply in replies),
        completion_tokens=sum(reply.usage.completion_tokens for reply in replies),
        cost=cost_of(replies, price_of(config)),
        run=run,
    )


def remember(result: ExamResult, store: Store) -> None:
    """Keep the result for builds to come, but for a test that was stopped on its way."""
    if result.run.stop.is_set:
        return
    inspector, outcome = result.exam.inspector, result.score
    store.judges.put(JudgeTest(
        endpoint=result.endpoint, model=inspector.model, template=inspector.template.digest,
        passed=outcome.passed, recall=outcome.recall.value, lost=outcome.lost.value,
        score=json.dumps(outcome.as_dict(), sort_keys=True), pairs=result.exam.pairs_name,
        at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether an inspector may refuse pairs, and why or why not."""

    inspector: Inspector
    why: str
    """In words, for people."""
    test: JudgeTest | None = None


def standings(config: BuildConfig, store: Store) -> list[Standing]:
    """The inspectors of a build, each trusted or not by its last test in this workspace."""
    if config.judge is None:
        return []
    endpoint = judge_config(config).endpoint
    found = []
    for one in inspectors(config.judge, round_trip=config.round_trip, prompts=config.prompts):
        test = store.judges.get(endpoint, one.model, one.template.digest)
        trusted = config.trust_judge or (test is not None and test.passed)
        found.append(
            Standing(inspector=replace(one, trusted=trusted), why=_why(config, test), test=test)
        )
    return found


def judge_config(config: BuildConfig) -> BuildConfig:
    """The configuration by which the judge of a build is asked."""
    same = config.judge == config.model and config.judge_base_url in (None, config.base_url)
    prices = {
        "price_in": config.judge_price_in,
        "price_out": config.judge_price_out,
    }
    if same and prices == {"price_in": None, "price_out": None}:
        prices = {"price_in": config.price_in, "price_out": config.price_out}
    return config.model_copy(update={
        "model": config.judge, "base_url": config.judge_base_url or config.base_url, **prices,
    })  # fmt: skip


def cost_of(replies: Iterable[Reply], price: Callable[[Reply], Price | None]) -> float | None:
    """What replies cost; None where a price is not known."""
    prices = [price(reply) for reply in replies]
    known = [one.amount for one in prices if one is not None]
    return round(sum(known), 9) if len(known) == len(prices) else None


def _why(config: BuildConfig, test: JudgeTest | None) -> str:
    if config.trust_judge:
        return "--trust-judge says so"
    if test is None:
        return "it was never tested in this workspace with this prompt file"
    found = f"found {test.recall:.0%} of the meaning defects and lost {test.lost:.1%} of the good"
    return f"its test of {test.at[:10]} {'passed' if test.passed else 'failed'}: {found}"


def _labelled(path: Path) -> list[Labelled]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"cannot read labelled pairs {path}: {error}") from error
    return read_labelled(text, where=str(path))
