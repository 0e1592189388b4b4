"""A conversation with one model, in the manner of a dataset: where questions stand, and what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from generator.chat.wire import message_text
from generator.config import EXTRACTIVE, BuildConfig, resolve
from generator.deriving.wordings import read_wordings
from generator.engine.follow_up import CUT
from generator.engine.plan import Planned
from generator.errors import Misconfigured
from generator.evaluation.asking import Side, plan_question, with_passages
from generator.evaluation.dataset import find_dataset, read_passages, read_rows
from generator.evaluation.manner import Manner, Place, manner_of
from generator.evaluation.retrieval import Retriever
from generator.exporters.options import ExportOptions
from generator.names import slug
from generator.records import Message, Passage, Reply, Usage

MAX_TOKENS: Final = 512
"""Of an answer, where nothing else is said."""
SETTINGS: Final = ("temperature", "top_p", "seed", "stop")
"""Settings of the model that can be given, in the words of `Call.parameters`."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A question and what the model answered."""

    question: str
    answer: str
    model: str
    endpoint: str
    form: str
    """`chat` or `completion`."""
    place: Place
    """What a `completion` prompt says that it is about; empty elsewhere."""
    shown: tuple[Passage, ...]
    """Passages that stood above the question."""
    is_stored: bool
    """Whether it was answered before, so that it cost nothing."""
    finish_reason: str
    is_cut: bool
    """Whether the answer ended at its longest."""
    usage: Usage
    cost: float | None
    """None where unknown."""
    call: str
    """Digest of the call."""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "question": self.question, "answer": self.answer, "model": self.model,
            "endpoint": self.endpoint, "form": self.form, "article": self.place.article,
            "section": [*self.place.section],
            "shown": [{"article": one.article, "section": [*one.section]} for one in self.shown],
            "stored": self.is_stored, "finish_reason": self.finish_reason,
            "is_cut": self.is_cut,
            "prompt_tokens": self.usage.prompt_tokens,
            "completion_tokens": self.usage.completion_tokens, "cost_usd": self.cost,
            "call": self.call,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as it will be asked."""

    text: str
    planned: Planned
    place: Place
    shown: tuple[Passage, ...]


@dataclass(kw_only=True)
class Conversation:
    """What is the same for every question, and what was said so far."""

    config: BuildConfig
    side: Side
    place: Place
    """What every question is about, as far as it was said."""
    retriever: Retriever | None = None
    """Finds the section of a question, where the form names one, and passages to show."""
    language: str = "en"
    shows_passages: bool = False
    """Whether the best passages stand above each question."""
    history: list[Message] = field(default_factory=list)
    """Turns of a chat, in order."""

    @property
    def manner(self) -> Manner:
        """How questions are put."""
        return self.side.manner

    def put(self, text: str) -> Question:
        """A question as it will be asked after what was said before."""
        place = self._place(text)
        shown: tuple[Passage, ...] = ()
        if self.shows_passages and self.retriever is not None:
            shown = tuple(self.retriever.find(text, self.language))
        whole = with_passages(text, shown, read_wordings(), language=self.language)
        messages = self.manner.messages(whole, place, history=self.history)
        about = Passage(article=place.article or "question", section=place.section, text=text)
        planned = plan_question(messages, self.side, about=about, name="question")
        return Question(text=text, planned=planned, place=place, shown=shown)

    def read(self, reply: Reply) -> str:
        """The answer in a reply."""
        return self.manner.read(message_text(reply.body))

    def is_cut(self, reply: Reply) -> bool:
        """Whether an answer ended at its longest."""
        return reply.finish_reason in CUT and not self.manner.has_stopped(message_text(reply.body))

    def remember(self, question: str, answer: str) -> None:
        """Let later questions know of this one; plain texts know no turns."""
        if self.manner.form == "chat":
            self.history += [Message("user", question), Message("assistant", answer)]

    def forget(self) -> None:
        """Begin anew."""
        self.history.clear()

    def _place(self, text: str) -> Place:
        if self.manner.form != "completion" or self.place.section or self.retriever is None:
            return self.place
        found = self.retriever.find(text, self.language, most=1)
        if not found or (self.place.article and found[0].article != self.place.article):
            return self.place
        return Place(article=found[0].article, section=found[0].section)


def begin(
    model: str,
    *,
    dataset: Path | str | None,
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    form: str | None = None,
    system: str | None = None,
    article: str | None = None,
    section: str | None = None,
    retrieval: bool = False,
    draw: int = 0,
    max_tokens: int = MAX_TOKENS,
    settings: Mapping[str, Any] | None = None,
) -> Conversation:
    """Find out how a model is asked; nothing is asked yet.

    Args:
        model: its name at the endpoint.
        dataset: that it was tuned on: its name in the workspace, or its folder; None for a plain chat.
        options: fields of `BuildConfig`: base_url, workspace, budget, ….
        environ: environment variables.
        form: `chat` or `completion` instead of the dataset's.
        system: system prompt instead of the dataset's.
        article: what the base context of a `completion` prompt names.
        section: the same, `Synopsis > Act 1`; that of the best passage where None.
        retrieval: put the best passages of the dataset above each question.
        draw: another one asks anew what was asked before.
        max_tokens: of an answer.
        settings: those of the model in `SETTINGS`.

    Raises:
        Misconfigured: no such dataset, or an option that cannot be.
    """
    if model == EXTRACTIVE:
        raise Misconfigured("the built-in writer answers no questions; name a model")
    if max_tokens < 1:
        raise Misconfigured(f"--max-tokens {max_tokens}: give 1 or more")
    config = resolve(
        {"log": False, **options, "model": model, "name": slug(f"ask {model}")}, environ
    )
    if dataset is None:
        if retrieval:
            raise Misconfigured("--retrieval looks into the passages of a --dataset: name one")
        manner, passages = manner_of("chat", ExportOptions(), form=form, system=system), {}
    else:
        folder = find_dataset(dataset, config.workspace)
        rows = read_rows(folder)
        manner = rows.manner(form=form, system=system)
        needs_passages = retrieval or (manner.form == "completion" and section is None)
        passages = read_passages(rows.home) if needs_passages and rows.home else {}
        if retrieval and not passages:
            raise Misconfigured(f"{folder}: has no outline, so there are no passages to be found")
    titles = {one.article for one in passages.values()}
    known = {name: value for name, value in (settings or {}).items() if value is not None}
    if "stop" in known:
        known["stop"] = [*_stops(manner), *known["stop"]]
    return Conversation(
        config=config,
        side=Side(
            name="tuned", model=config.model, endpoint=config.endpoint,
            is_elsewhere=config.base_url is not None, manner=manner, max_tokens=max_tokens,
            draw=draw, settings=known,
        ),
        place=Place(
            article=article or (titles.pop() if len(titles) == 1 else ""),
            section=tuple(part.strip() for part in (section or "").split(">") if part.strip()),
        ),
        retriever=Retriever(passages.values()) if passages else None,
        language=next((one.language for one in passages.values()), "en"),
        shows_passages=retrieval,
    )  # fmt: skip


def _stops(manner: Manner) -> list[str]:
    return [manner.options.stop] if "stop" in manner.parameters else []
