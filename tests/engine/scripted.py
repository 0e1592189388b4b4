"""A chat model for tests of the engine: answers by a script, counts what it is asked."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable

from generator.chat import Completion
from generator.engine.limits import Limits
from generator.engine.plan import Planned
from generator.engine.retry import Policy
from generator.engine.run import Runner
from generator.prompts import Template
from generator.records import Call, Message, Passage, Usage

TEMPLATE = Template(name="t", kind="basic", system="", user="{{ passage }}")


def planned(number: int) -> Planned:
    call = Call(model="scripted", messages=(Message("user", f"question {number}"),))
    passage = Passage(article="A", section=(str(number),), text=f"text {number}")
    return Planned(call=call, passage=passage, template=TEMPLATE, pairs=1)


def completion(text: str, *, finish_reason: str = "stop", tokens: int = 40) -> Completion:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
    return Completion(
        body=json.dumps({"choices": [choice]}),
        text=text,
        finish_reason=finish_reason,
        usage=Usage(prompt_tokens=10, completion_tokens=tokens),
    )


def pairs_text(*names: object) -> str:
    pairs = ({"prompt": f"What is {name}?", "completion": f"It is {name}."} for name in names)
    return "\n".join(json.dumps(pair) for pair in pairs)


class Scripted:
    """Answers after `latency_s`, unless `fault` gives an error for this call and this attempt."""

    def __init__(
        self,
        fault: Callable[[str, int], Exception | None] = lambda question, attempt: None,
        *,
        latency_s: float = 0.0,
        answer: Callable[[Call], Completion] = lambda call: completion(pairs_text(1)),
    ) -> None:
        self.answer = answer
        self.fault = fault
        self.latency_s = latency_s
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.inside = 0
        self.most_inside = 0

    async def complete(self, call: Call) -> Completion:
        question = call.messages[-1].content
        self.asked[question] += 1
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        try:
            await asyncio.sleep(self.latency_s)
            error = self.fault(question, self.asked[question])
            if error is not None:
                raise error
        finally:
            self.inside -= 1
        self.answered[question] += 1
        return self.answer(call)

    async def aclose(self) -> None:
        pass


def runner(model: Scripted, store, *, workers: int = 4, **options) -> Runner:
    options.setdefault("policy", Policy(attempts=3))
    return Runner(
        model=model,
        endpoint="test",
        store=store,
        limits=Limits(rpm=None, tpm=None, concurrency=workers),
        workers=workers,
        **options,
    )
