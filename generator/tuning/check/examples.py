"""An example of a training file, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Format = Literal["chat", "completion", "chat-completion", "preference", "text"]

FORMATS: Mapping[Format, str] = {
    "chat": '{"messages": [{"role": …, "content": …}, …]}',
    "completion": '{"prompt": "…", "completion": "…"}',
    "chat-completion": '{"prompt": [messages], "completion": [messages]}',
    "preference": '{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}',
    "text": '{"text": "…"}',
}
"""Format -> how a row of it looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row that could be read."""

    format: Format
    system: str
    """Of a chat; empty where there is none."""
    context: str
    """All that comes before the answer, the system prompt too; what makes two prompts the same."""
    prompt: str
    """The last question, or the prompt."""
    answer: str
    """What is learnt: the last message, the completion, the preferred output."""
    rejected: str = ""
    """The output that is not preferred."""
    messages: int = 0
    """How many there are; 0 where the format has none."""
    rest: tuple[str, ...] = ()
    """Texts that are none of the above: earlier turns, arguments of calls."""
    has_calls: bool = False
    """Whether tools are called in it, or answer."""
    is_single: bool = True
    """Whether there is one question and no turn before it."""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that the model is shown."""
        return tuple(
            filter(None, (self.system, *self.rest, self.prompt, self.answer, self.rejected))
        )
