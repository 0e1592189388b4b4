"""The built-in chat model: writes question and answer pairs out of the passage itself, without a key.

It reads the same messages as any model and answers with the same JSON Lines, but nothing in its
answers is its own: every completion is a term, a sentence or a stretch of the passage, word for word.
The same call always has the same reply.
"""

from __future__ import annotations

import json

from generator.chat import Completion
from generator.chat.extractive import basic, detailed
from generator.chat.extractive.candidates import choose, word
from generator.chat.extractive.prose import read_prose
from generator.chat.extractive.request import Request, read_request
from generator.chat.extractive.wordings import find_wordings
from generator.digests import canonical_json
from generator.records import Call, Usage

MODEL = "extractive"

CHARS_PER_TOKEN = 4
"""A common rule of thumb for English; the counts are only there for reports, nothing is billed."""


MAX_PASSAGE_CHARS = 50_000
"""What is beyond is left alone: a passage of 900 words has some 6,000, and the time has to be bounded."""


class Extractive:
    """The chat model that costs nothing; see the module."""

    async def complete(self, call: Call) -> Completion:
        """Pairs as JSON Lines; an empty text where nothing can be asked about the passage."""
        request = read_request(call.messages)
        pairs = write_pairs(request, seed=call.digest)
        text = "\n".join(
            json.dumps({"prompt": prompt, "completion": completion}, ensure_ascii=False)
            for prompt, completion in pairs
        )
        usage = Usage(
            prompt_tokens=sum(_count_tokens(message.content) for message in call.messages),
            completion_tokens=_count_tokens(text),
            is_estimate=True,
        )
        return Completion(
            body=_make_body(call, text, usage),
            text=text,
            finish_reason="stop",
            usage=usage,
            served_by=MODEL,
        )

    async def aclose(self) -> None:
        """Nothing to let go of."""


def write_pairs(request: Request, *, seed: str) -> list[tuple[str, str]]:
    """Prompts with their completions, at most as many as asked for, in the order of the passage.

    Without a title there are none: a prompt has to name its subject.
    """
    if not request.title or not request.passage:
        return []
    wordings = find_wordings(request.language, request.passage)
    prose = read_prose(request.passage[:MAX_PASSAGE_CHARS])
    if request.is_detailed:
        candidates, taste = detailed.find_detailed(request, prose, wordings), detailed.TASTE
    else:
        candidates, taste = basic.find_basic(request, prose, wordings), basic.TASTE
    chosen = choose(candidates, most=request.pairs, taste=taste, seed=seed)
    return word(chosen, title=request.title, wordings=wordings, seed=seed)


def _make_body(call: Call, text: str, usage: Usage) -> str:
    """The reply in the shape of a chat completion, so that it is stored and read like any other."""
    return canonical_json({
        "id": f"{MODEL}-{call.digest}",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        },
    })  # fmt: skip


def _count_tokens(text: str) -> int:
    return -(-len(text) // CHARS_PER_TOKEN)
