"""The manner in which a dataset's rows ask, so that a tuned model is asked as it was trained. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from generator.errors import Misconfigured
from generator.exporters.completion import prompt_text
from generator.exporters.options import ExportOptions
from generator.names import nearest
from generator.records import Json, Message

Form = Literal["chat", "completion"]
FORMS: Final[tuple[Form, ...]] = ("chat", "completion")
PLAIN_FORMATS: Final = frozenset({"trl-text", "trl-prompt-completion", "trl-prompt-only"})
"""Formats for base models without separator and stop sequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a question is about: the base context of `completion` rows names it."""

    article: str = ""
    section: tuple[str, ...] = ()


NOWHERE: Final = Place()


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How questions are put."""

    form: Form = "chat"
    options: ExportOptions = field(default_factory=ExportOptions)
    has_end: bool = True
    """Whether `completion` prompts end in the separator and answers in the stop sequence."""

    def messages(
        self, question: str, place: Place = NOWHERE, *, history: Iterable[Message] = ()
    ) -> tuple[Message, ...]:
        """A question as a model is asked it, after what was said before; plain texts know no before."""
        if self.form == "completion":
            return (Message("text", self._text(question, place)),)
        system = [Message("system", self.options.system)] if self.options.system else []
        return (*system, *history, Message("user", question))

    @property
    def parameters(self) -> Mapping[str, Json]:
        """Settings that the form needs: where an answer ends."""
        if self.form == "completion" and self.has_end:
            return {"stop": [self.options.stop]}
        return {}

    def has_stopped(self, text: str) -> bool:
        """Whether an answer has come to its stop sequence, and a server has written on behind it."""
        return self.form == "completion" and self.has_end and self.options.stop in text

    def read(self, text: str) -> str:
        """The answer itself; servers that know no stop sequence write on behind it."""
        if self.form == "completion" and self.has_end:
            text = text.split(self.options.stop, 1)[0]
        return text.strip()

    def _text(self, question: str, place: Place) -> str:
        if not self.has_end:
            system = self.options.system
            return f"{system}\n\n{question}" if system else question
        context = self.options.context(place) if place.article else ""
        return prompt_text(context, question, self.options)


def manner_of(
    format: str, options: ExportOptions, *, form: str | None = None, system: str | None = None
) -> Manner:
    """The manner of a dataset in a format.

    Args:
        format: of the split files: `chat`, `completion`, ….
        options: settings of the export.
        form: `chat` or `completion`, where a model is to be asked in another form than that of the format.
        system: system prompt instead of the dataset's; an empty one for none.

    Raises:
        Misconfigured: a form that is not there.
    """
    if form is not None and form not in FORMS:
        raise Misconfigured(f"no form {form!r}{nearest(form, FORMS)} (known: {', '.join(FORMS)})")
    is_plain = format == "completion" or format in PLAIN_FORMATS
    wanted = form or ("completion" if is_plain else "chat")
    if system is not None:
        options = ExportOptions(
            system=system,
            separator=options.separator,
            stop=options.stop,
            base_context=options.base_context,
        )
    return Manner(
        form="completion" if wanted == "completion" else "chat",
        options=options,
        has_end=format not in PLAIN_FORMATS,
    )
