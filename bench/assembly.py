"""Measures putting a dataset together: articles of our own making, every call answered in the store.

    python bench/assembly.py --articles 2000 --work DIR [--mend]

Prints one JSON object: seconds, seconds of CPU, peak memory before and after. A second run in the same
folder takes the pages and replies that are there. With --mend the pairs are first looked through for what
could be mended, as a build by a language model does, and the time holds both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import time
from pathlib import Path

from generator.api import job
from generator.articles import prepare
from generator.asking import simple_asking_of
from generator.assemble import Material, assemble, calls_that_mend
from generator.engine.plan import Planned, plan_calls
from generator.records import Page, Reply, Usage
from generator.reviewing.looking import Looks, looks_of
from generator.spending import price_of
from generator.splits import Sections
from generator.store import Store, open_store

SECTIONS, PARAGRAPHS, SENTENCES, WORDS = 12, 4, 4, 14
"""Make some 30 kB of wikitext."""

_rng = random.Random(0)
LEXICON = ["".join(_rng.choices("aeioubcdfglmnprst", k=_rng.randint(2, 9))) for _ in range(4000)]


def make_text(number: int) -> str:
    """Wikitext with headings, links and references, the same for the same number."""
    rng = random.Random(number)

    def sentence() -> str:
        words = " ".join(rng.choices(LEXICON, k=WORDS)).capitalize()
        return f"[[{words}]] in {rng.randint(1500, 2020)}.<ref>{' '.join(rng.choices(LEXICON, k=6))}</ref>"

    def section(index: int) -> str:
        body = "\n\n".join(
            " ".join(sentence() for _ in range(SENTENCES)) for _ in range(PARAGRAPHS)
        )
        return f"== Section {index} ==\n{body}\n\n" if index else f"{body}\n\n"

    return "".join(section(index) for index in range(SECTIONS))


def make_reply(planned: Planned) -> Reply:
    """A good reply with as many pairs as were asked for."""
    rng = random.Random(planned.call.digest)
    words = 25 if planned.template.kind == "detailed" else 8
    pairs = [
        {
            "prompt": f"What is known of {' '.join(rng.choices(LEXICON, k=4))}?",
            "completion": " ".join(rng.choices(LEXICON, k=words)),
        }
        for _ in range(planned.pairs)
    ]
    message = {"role": "assistant", "content": json.dumps({"pairs": pairs})}
    body = json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]})
    usage = Usage(prompt_tokens=800, completion_tokens=300)
    return Reply(call=planned.call.digest, body=body, finish_reason="stop", usage=usage)


async def answer(store: Store, calls: list[Planned]) -> None:
    """Put a reply to each call into the store."""
    async with asyncio.TaskGroup() as group:
        for one in calls:
            group.create_task(store.put_reply(make_reply(one), model="m", endpoint="bench"))


def memory_mb() -> int:
    """Peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Fill a workspace, then measure."""
    parser = argparse.ArgumentParser(description="Measure the assembly of a dataset")
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--mend", action="store_true")
    given = parser.parse_args()
    options = {"model": "m", "base_url": "http://localhost/v1", "workspace": given.work}
    config = job("bench", environ={}, name="bench", **options)
    asking = simple_asking_of(config)
    pages: dict[tuple[str, int, int, str], Sections] = {}
    with open_store(given.work) as store:
        for number in range(given.articles):
            page = Page(
                site="https://wiki.example",
                title=f"Article {number}",
                page_id=number + 1,
                revision_id=number + 1,
                wikitext=make_text(number),
            )
            prepared = prepare(page, config)
            groups = prepared.groups
            pages[page.key] = Sections(article=next(iter(groups)).article, groups=len(groups))
            if store.find_page(page.key) is None:
                asyncio.run(answer(store, list(plan_calls(prepared.passages, asking))))
                store.put_page(page)
        before, began, cpu = memory_mb(), time.monotonic(), time.process_time()
        material = Material(
            config=config, store=store, asking=asking, pages=pages, price=price_of(config),
            looks=looks_of(config, ()) if given.mend else Looks(),
        )  # fmt: skip
        calls = calls_that_mend(material) if given.mend else ()
        to_mend = sum(1 for call in calls if call is not None)
        manifest = assemble(material)
        print(
            json.dumps(
                {
                    "articles": given.articles,
                    "calls": manifest["sections"]["planned"],
                    "pairs": manifest["pairs"]["kept"],
                    "to_mend": to_mend,
                    "seconds": round(time.monotonic() - began, 1),
                    "cpu_s": round(time.process_time() - cpu, 1),
                    "memory_before_mb": before,
                    "memory_mb": memory_mb(),
                }
            )
        )


if __name__ == "__main__":
    main()
