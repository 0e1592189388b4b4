"""Rows as each tool publishes them, strictly, and how a question and its answer are read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Text = Annotated[str, Field(min_length=1)]
Row = dict[str, Any]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Shape):
    role: Literal["system", "user", "assistant"]
    content: Text


class Weighted(Message):
    weight: Literal[0, 1] | None = None


class OpenAIChat(Shape):
    """OpenAI's guide on supervised fine-tuning; `weight` stands on answers alone."""

    messages: Annotated[list[Weighted], Field(min_length=2)]


class Chat(Shape):
    messages: Annotated[list[Message], Field(min_length=2)]


class PromptCompletion(Shape):
    prompt: Text
    completion: Text


class Alpaca(Shape):
    """Stanford's columns; `system` is known to LLaMA-Factory and Axolotl."""

    instruction: Text
    input: str
    output: Text
    system: Text | None = None


class ShareGPTTurn(Shape):
    from_: Annotated[Literal["system", "human", "gpt"], Field(alias="from")]
    value: Text


class ShareGPT(Shape):
    conversations: Annotated[list[ShareGPTTurn], Field(min_length=2)]


class GeminiPart(Shape):
    text: Text


class GeminiTurn(Shape):
    role: Literal["user", "model"]
    parts: Annotated[list[GeminiPart], Field(min_length=1)]


class GeminiSystem(Shape):
    role: Literal["system"]
    parts: Annotated[list[GeminiPart], Field(min_length=1)]


class Gemini(Shape):
    """Google Cloud's page on data for supervised tuning."""

    systemInstruction: GeminiSystem | None = None
    contents: Annotated[list[GeminiTurn], Field(min_length=2)]


class TrlText(Shape):
    text: Text


class TrlChatPromptCompletion(Shape):
    prompt: Annotated[list[Message], Field(min_length=1)]
    completion: Annotated[list[Message], Field(min_length=1)]


class TrlPromptOnly(Shape):
    prompt: Text
    answer: Text


class TrlChatPromptOnly(Shape):
    prompt: Annotated[list[Message], Field(min_length=1)]
    answer: Text


class Tagged(Shape):
    messages: Annotated[list[Message], Field(min_length=2)]
    id: str
    kind: str
    article: str
    section: list[str]
    language: str
    site: str
    page_id: int
    revision_id: int
    url: str
    template: str
    model: str
    facts: list[str]
    quote: str


ROWS: dict[str, TypeAdapter[Any]] = {
    "chat": TypeAdapter(OpenAIChat),
    "completion": TypeAdapter(PromptCompletion),
    "alpaca": TypeAdapter(Alpaca),
    "sharegpt": TypeAdapter(ShareGPT),
    "gemini": TypeAdapter(Gemini),
    "trl-chat": TypeAdapter(Chat),
    "trl-text": TypeAdapter(TrlText),
    "trl-prompt-completion": TypeAdapter(PromptCompletion),
    "trl-chat-prompt-completion": TypeAdapter(TrlChatPromptCompletion),
    "trl-prompt-only": TypeAdapter(TrlPromptOnly),
    "trl-chat-prompt-only": TypeAdapter(TrlChatPromptOnly),
    "axolotl": TypeAdapter(Chat),
    "llama-factory": TypeAdapter(Chat),
    "parquet": TypeAdapter(Tagged),
    "huggingface": TypeAdapter(Tagged),
}


class Said(NamedTuple):
    """What a row says, whatever its format."""

    system: str
    prompt: str
    completion: str


def _chat(turns: list[Row], role: str = "role", content: str = "content") -> Said:
    system = turns[0][content] if turns[0][role] == "system" else ""
    return Said(system, turns[-2][content], turns[-1][content])


def _parted(prompt: str, completion: str) -> Said:
    system, _, question = prompt.rpartition("\n\n")
    return Said(system, question, completion)


def _completion(row: Row) -> Said:
    question = row["prompt"].removesuffix("\n\n###\n\n").partition(":\n")[2]
    return Said("", question, row["completion"].removesuffix(" END").removeprefix(" "))


def _gemini(row: Row) -> Said:
    texts = [turn["parts"][0]["text"] for turn in row["contents"]]
    system = row["systemInstruction"]["parts"][0]["text"] if "systemInstruction" in row else ""
    return Said(system, *texts)


def _text(row: Row) -> Said:
    prompt, _, completion = row["text"].rpartition("\n\n")
    return _parted(prompt, completion)


SAID: dict[str, Callable[[Row], Said]] = {
    "chat": lambda row: _chat(row["messages"]),
    "completion": _completion,
    "alpaca": lambda row: Said(row.get("system", ""), row["instruction"], row["output"]),
    "sharegpt": lambda row: _chat(row["conversations"], "from", "value"),
    "gemini": _gemini,
    "trl-chat": lambda row: _chat(row["messages"]),
    "trl-text": _text,
    "trl-prompt-completion": lambda row: _parted(row["prompt"], row["completion"][1:]),
    "trl-chat-prompt-completion": lambda row: _chat(row["prompt"] + row["completion"]),
    "trl-prompt-only": lambda row: _parted(row["prompt"], row["answer"]),
    "trl-chat-prompt-only": lambda row: _chat(
        [*row["prompt"], {"role": "assistant", "content": row["answer"]}]
    ),
    "axolotl": lambda row: _chat(row["messages"]),
    "llama-factory": lambda row: _chat(row["messages"]),
    "parquet": lambda row: _chat(row["messages"]),
    "huggingface": lambda row: _chat(row["messages"]),
}
"""For texts without a blank line in them, which the plain formats part the system prompt by."""
