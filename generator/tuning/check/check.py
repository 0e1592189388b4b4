"""The check of a training file, and of a validation file with it, before a job is paid for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from generator.errors import Misconfigured
from generator.names import nearest
from generator.records import Json
from generator.tuning.check.base_model import BaseModel
from generator.tuning.check.characters import look_at_characters
from generator.tuning.check.classes import Classes
from generator.tuning.check.counts import MOST_VALIDATION, look_at_count
from generator.tuning.check.epochs import default_epochs
from generator.tuning.check.examples import Example, Format
from generator.tuning.check.findings import Finding, Findings, Spot
from generator.tuning.check.folder import look_at_folder
from generator.tuning.check.lines import TrainingFile, open_training
from generator.tuning.check.prices import TrainingPrice, training_price
from generator.tuning.check.providers import (
    Provider,
    example_limit,
    find_provider,
    formats_of,
    is_chat_model,
)
from generator.tuning.check.repeats import Repeats
from generator.tuning.check.rules import RULES
from generator.tuning.check.shapes import read_row
from generator.tuning.check.spread import Lengths, Spread
from generator.tuning.check.wording import LANGUAGE_SHARE, Wording
from generator.tuning.records import METHODS

Observe = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""
_TOLD_EVERY: Final = 500
"""Lines from one word about the progress to the next."""


def _nobody(done: int, total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was counted in one file."""

    path: str
    bytes: int
    lines: int
    """That are not blank."""
    examples: int
    """That could be read."""
    format: Format | None
    """Of most of them; None where none could be read."""
    with_system: int
    tokens: Spread | None
    """Of whole examples, estimated."""
    answer_tokens: Spread | None
    tokens_per_epoch: int
    """Without what is cut off at the model's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCheck:
    """What is to be said of a training file before a job."""

    training: Checked
    validation: Checked | None
    provider: str
    provider_title: str
    model: str
    limit: int | None
    """Tokens that the model takes of one example; None where nobody says."""
    epochs: int
    is_epochs_given: bool
    price: TrainingPrice | None
    """None where it is not known."""
    compared: int
    """Examples that were compared word by word; see `repeats.COMPARED`."""
    findings: tuple[Finding, ...] = field(default=())

    @property
    def trained_tokens(self) -> int:
        """Tokens that are billed: those of one epoch by the epochs; an estimate."""
        return self.training.tokens_per_epoch * self.epochs

    @property
    def cost(self) -> float | None:
        """In USD; None where the price is not known."""
        return None if self.price is None else self.price.cost(self.trained_tokens)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What the provider will refuse."""
        return tuple(one for one in self.findings if one.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What makes the model worse."""
        return tuple(one for one in self.findings if one.severity == "warning")

    def as_dict(self) -> dict[str, Json]:
        """For `--json`."""
        return {
            "training": asdict(self.training),
            "validation": asdict(self.validation) if self.validation else None,
            "provider": self.provider,
            "model": self.model,
            "limit_tokens": self.limit,
            "epochs": self.epochs,
            "epochs_given": self.is_epochs_given,
            "trained_tokens_estimate": self.trained_tokens,
            "price": asdict(self.price) if self.price else None,
            "cost_usd_estimate": self.cost,
            "findings": [one.as_dict() for one in self.findings],
            "errors": len(self.errors),
            "warnings": len(self.warnings),
        }


def check_training(
    training: Path,
    *,
    validation: Path | None = None,
    folder: Path | None = None,
    model: str = "",
    provider: str = "",
    base_url: str | None = None,
    method: str = "",
    epochs: int | None = None,
    price: float | None = None,
    observe: Observe = _nobody,
) -> TrainingCheck:
    """Look a training file over as its provider would, and then for what makes a model worse.

    Reads each file once, line by line; keeps about 120 bytes of an example, so a million take 120 MB.

    Args:
        folder: the dataset's folder that the file comes from, where there is one: it tells more.
        model: decides about the longest example, the price, and the rules for base models.
        provider: a name in `PROVIDERS`; empty for the one that `base_url`, or the model, speaks for.
        method: `supervised` or `dpo`; empty for whatever the file holds.
        epochs: as a job would be told; None for what the provider chooses.
        price: per million trained tokens in USD, above the list.
        observe: is told of the progress.

    Raises:
        Misconfigured: a file that is not there, a provider or a method that nobody knows.
        SourceError: a file that cannot be read to its end.
    """
    if method and method not in METHODS:
        raise Misconfigured(
            f"no method {method!r}{nearest(method, METHODS)} (known: {', '.join(METHODS)})"
        )
    chosen = find_provider(provider, base_url=base_url, model=model)
    repeats = Repeats()
    first = _Pass("training", chosen, model, method, observe)
    first.read(training, repeats)
    findings = first.findings.all()
    second = None
    if validation is not None:
        second = _Pass("validation", chosen, model, method, observe)
        second.read_beside(validation, first, repeats)
        findings += second.findings.all()
    findings += _whole(chosen, folder, has_validation=validation is not None)
    checked = first.checked(training)
    return TrainingCheck(
        training=checked,
        validation=second.checked(validation) if second and validation else None,
        provider=chosen.name,
        provider_title=chosen.title,
        model=model,
        limit=example_limit(chosen, model),
        epochs=epochs if epochs is not None else default_epochs(checked.examples),
        is_epochs_given=epochs is not None,
        price=training_price(
            chosen,
            model,
            method=method or ("dpo" if checked.format == "preference" else "supervised"),
            own=price,
        ),
        compared=repeats.compared,
        findings=tuple(sorted(findings, key=lambda one: _ORDER[one.severity])),
    )


_ORDER: Final = {"error": 0, "warning": 1, "note": 2}


def _whole(provider: Provider, folder: Path | None, *, has_validation: bool) -> list[Finding]:
    """What is true of the dataset and the provider, whatever the files hold."""
    findings = Findings("dataset", RULES)
    if not has_validation:
        findings.say("no_validation")
    if provider.word:
        findings.say("provider_closes", f"{provider.title}: {provider.word}")
    if folder is not None:
        for spot in look_at_folder(folder):
            findings.say(*spot)
    return findings.all()


class _Pass:
    """One file, read once from its beginning to its end."""

    def __init__(
        self, role: str, provider: Provider, model: str, method: str, observe: Observe
    ) -> None:
        self.findings = Findings(role, RULES)
        self.classes = Classes()
        self._provider, self._method, self._observe = provider, method, observe
        self._taken = formats_of(provider, model)
        self._lengths = Lengths(example_limit(provider, model))
        self._wording = Wording()
        self._base = None if is_chat_model(model) else BaseModel(adds_end=provider.adds_end)
        self._formats: Counter[Format] = Counter()
        self._bytes = self._lines = self._examples = self._with_system = self._chats = 0

    @property
    def format(self) -> Format | None:
        """That most examples have."""
        return self._formats.most_common(1)[0][0] if self._formats else None

    def read(self, path: Path, repeats: Repeats) -> None:
        """Look at a training file."""
        for line, example in self._look(path):
            self.findings.see(line, repeats.look_at(line, example))
        near = repeats.near_in_texts() if self.format == "text" else repeats.near()
        for line, spot in near:
            self.findings.see(line, [spot])
        self._end()
        if not self._is_unreadable:
            for spot in look_at_count(self._examples, self._provider):
                self.findings.say(*spot)
        for spot in self.classes.end() if self.format != "text" else ():
            self.findings.say(*spot)

    def read_beside(self, path: Path, training: _Pass, repeats: Repeats) -> None:
        """Look at a validation file, beside the training file."""
        names = training.classes.names
        for line, example in self._look(path):
            spots = [*repeats.overlap(example)]
            if names and example.answer.strip() not in names:
                spots.append(Spot("unknown_class", repr(example.answer.strip()[:60])))
            self.findings.see(line, spots)
        self._end()
        if self.format and training.format and self.format != training.format:
            self.findings.say("formats_differ", f"{self.format}, and {training.format}")
        if self._examples > MOST_VALIDATION:
            self.findings.say("large_validation", f"{self._examples:,} examples")

    def checked(self, path: Path) -> Checked:
        """What was counted."""
        return Checked(
            path=str(path),
            bytes=self._bytes,
            lines=self._lines,
            examples=self._examples,
            format=self.format,
            with_system=self._with_system,
            tokens=self._lengths.examples,
            answer_tokens=self._lengths.answers,
            tokens_per_epoch=self._lengths.trained,
        )

    @property
    def _is_unreadable(self) -> bool:
        return any(self.findings.count(code) for code in ("not_lines", "empty_file"))

    def _look(self, path: Path) -> Iterator[tuple[int, Example]]:
        """The examples, after the rules that look at each by itself."""
        with open_training(path, self._provider) as file:
            self._bytes = file.bytes
            for spot in file.spots:
                self.findings.say(*spot)
            yield from self._rows(file)

    def _rows(self, file: TrainingFile) -> Iterator[tuple[int, Example]]:
        for number, value, spots in file.lines():
            self._lines += 1
            if self._lines % _TOLD_EVERY == 0:
                self._observe(file.bytes_read, file.bytes)
            if any(spot.code != "blank_line" for spot in spots):
                self.findings.see(number, spots)
                continue
            read = read_row(value)
            self.findings.see(number, (*spots, *read.spots))
            if read.format is not None:
                self._formats[read.format] += 1
            if read.example is not None:
                self._examples += 1
                self._look_at(number, read.example)
                yield number, read.example

    def _look_at(self, line: int, example: Example) -> None:
        self._with_system += bool(example.system)
        self._chats += bool(example.messages)
        self.classes.add(example.answer)
        if example.has_calls and not self._provider.takes_calls:
            self.findings.see(line, [Spot("calls_not_taken", self._provider.title)])
        self.findings.see(
            line,
            (
                *look_at_characters(example),
                *self._wording.look_at(example),
                *self._lengths.add(line, example),
            ),
        )
        if self._base and example.format == "completion":
            for where, spot in self._base.look_at(line, example):
                self.findings.see(where, [spot])

    def _end(self) -> None:
        """What can be said only after the last line."""
        if self._base:
            for where, spot in self._base.end():
                self.findings.see(where, [spot])
        for where, spot in self._lengths.outliers():
            self.findings.see(where, [spot])
        if self.findings.count("other_language") > LANGUAGE_SHARE * self._examples:
            self.findings.forget("other_language")
        if 0 < self._with_system < self._chats:
            self.findings.say(
                "system_in_some", f"{self._with_system:,} of {self._chats:,} have one"
            )
        self._look_at_formats()

    def _look_at_formats(self) -> None:
        if len(self._formats) > 1:
            told = ", ".join(f"{count:,} {name}" for name, count in self._formats.most_common())
            self.findings.say("mixed_formats", told)
        if self.format and self.format not in self._taken:
            self.findings.say("format_not_taken", f"{self.format} at {self._provider.title}")
        if (
            self.format
            and self._method
            and (self._method == "dpo") != (self.format == "preference")
        ):
            self.findings.say("wrong_method", f"{self.format} for {self._method}")
