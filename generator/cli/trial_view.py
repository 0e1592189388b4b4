"""A trial at the terminal: each passage and what came back about it, and what the whole article takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from generator.cli.display import money
from generator.facts import Fact
from generator.report.matching import Passage as Compared
from generator.report.matching import Span
from generator.report.page import clipped, printable
from generator.telling.report import NEXT_STEPS
from generator.trial import Trial, TriedPair, TriedSection

WIDE = 110
"""Columns from which on the passage and its pairs stand side by side."""
EXCERPT = 120
"""Characters that are shown of what could not be read."""

# A terminal turns whole lines around where they hold such letters, and would mix two columns up.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def show_trial(out: Console, trial: Trial) -> None:
    """Print a trial."""
    # Where there are no colours, a line below the words has to do.
    mark = "underline" if out.no_color else "green"
    for section in trial.sections:
        out.print(Rule(style="dim"))
        out.print(_heading(section))
        out.print(_body(section, mark=mark, width=out.width))
    for line in _sums(trial):
        out.print(line)


def _heading(section: TriedSection) -> Text:
    passage = section.passage
    part = f" ({passage.part} of {passage.parts})" if passage.parts > 1 else ""
    kept = sum(one.refusal is None for one in section.pairs)
    counts = f"{passage.words:,} words · "
    if section.facts:
        counts += f"{len(section.facts):,} facts listed"
    else:
        counts += f"{section.asked:,} pairs asked for, {len(section.pairs):,} read"
    if kept < len(section.pairs):
        counts += f", {kept:,} kept"
    heading = _plain(passage.heading + part)
    return Text.assemble((heading, "bold"), (f"\n{counts}\n", "dim"), overflow="fold")


def _body(section: TriedSection, *, mark: str, width: int) -> RenderableType:
    text = _plain(section.passage.text)
    compared = Compared(text)
    pairs = Group(*_answers(section, compared, mark=mark))
    passage = _marked(text, compared.met(), mark)
    if width < WIDE or _RIGHT_TO_LEFT.search(text):
        passage.stylize_before("dim")
        return Group(passage, Text(), Padding(pairs, (0, 0, 0, 2)))
    beside = Table.grid(padding=(0, 3, 0, 0), expand=True)
    beside.add_column(ratio=1, overflow="fold")
    beside.add_column(ratio=1, overflow="fold")
    beside.add_row(passage, pairs)
    return beside


def _answers(section: TriedSection, compared: Compared, *, mark: str) -> Iterator[RenderableType]:
    numbered = Table.grid(padding=(0, 1, 0, 0))
    numbered.add_column(style="dim", justify="right")
    numbered.add_column(overflow="fold")
    for number, one in enumerate(section.pairs, start=1):
        numbered.add_row(str(number), Group(*_pair(one, compared, mark=mark)))
    for number, fact in enumerate(section.facts, start=1):
        numbered.add_row(str(number), Group(*_fact(fact)))
    yield numbered
    for defect in section.defects:
        excerpt = clipped(" ".join(_plain(defect.excerpt).split()), EXCERPT)
        yield Text.assemble(
            ("not read: ", "yellow"), _words(defect.reason), (f"  {excerpt}", "dim")
        )
    outcome = section.outcome
    has_something = section.pairs or section.facts
    if outcome.status != "done" or not has_something:
        reason = _words(outcome.reason) or outcome.status
        yield Text.assemble((outcome.status, "bold yellow"), f": {reason}")
        if step := NEXT_STEPS.get(outcome.reason):
            yield Text(f"→ {step}", style="dim")
    if section.defects or not has_something:
        yield Text()


def _fact(fact: Fact) -> Iterator[Text]:
    yield Text(_plain(fact.statement), style="bold", overflow="fold")
    about = f"about {fact.subject}" + (f", name {fact.name}" if fact.name else "")
    yield Text(f"“{_plain(fact.quote)}” {_plain(about)}", style="dim", overflow="fold")
    yield Text()


def _pair(one: TriedPair, compared: Compared, *, mark: str) -> Iterator[Text]:
    prompt, completion = _plain(one.pair.prompt), _plain(one.pair.completion)
    yield Text(prompt, style="bold", overflow="fold")
    matches = compared.matches(completion)
    compared.meet(matches)
    yield _marked(completion, (match.here for match in matches), mark)
    refused = one.refusal
    if refused is not None:
        reason = _words(_plain(refused.reason))
        yield Text.assemble((f"rejected by {refused.check}: ", "red"), reason)
    if one.pair.repairs:
        yield Text(f"repaired: {', '.join(map(_words, one.pair.repairs))}", style="dim")
    yield Text()


def _marked(text: str, spans: Iterable[Span], style: str) -> Text:
    marked = Text(text, overflow="fold")
    for span in spans:
        marked.stylize(style, span.start, span.end)
    return marked


def _sums(trial: Trial) -> Iterator[Text]:
    for name, text in (
        ("tried", _tried(trial)),
        ("asked", _asked(trial)),
        ("whole", _whole(trial)),
    ):
        yield Text.assemble((f"{name}  ", "dim"), text, overflow="fold")
    if trial.run.stop.reason:
        why = trial.run.stop.error or trial.run.stop.reason
        kept = "What was paid for is kept; the same command goes on from here."
        yield Text(f"stopped: {_plain(str(why))}. {kept}", style="bold yellow")


def _tried(trial: Trial) -> str:
    pairs = [one for section in trial.sections for one in section.pairs]
    kept = sum(one.refusal is None for one in pairs)
    passages = "1 passage" if len(trial.sections) == 1 else f"{len(trial.sections):,} passages"
    name = f"{trial.template.name}@{trial.template.digest[:8]}"
    return (
        f"{_plain(name)} with {_plain(trial.whole.model)} on {passages} of "
        f"{_plain(trial.page.title)}: {_come_to(trial, len(pairs), kept)}"
    )


def _come_to(trial: Trial, pairs: int, kept: int) -> str:
    facts = sum(len(section.facts) for section in trial.sections)
    return f"{facts:,} facts" if facts else f"{pairs:,} pairs, {kept:,} kept"


def _asked(trial: Trial) -> str:
    run = trial.run
    stored = run.already_answered + run.answered_elsewhere
    return f"{run.answered:,} now, {stored:,} had a reply before; {money(trial.cost)} in all"


def _whole(trial: Trial) -> str:
    plan, new = trial.whole, trial.whole.new
    calls = f"{len(plan.calls):,} calls about this article"
    if not new:
        return f"{calls}, all stored: a build with this prompt file pays for nothing"
    prompt_tokens = sum(call.prompt_tokens for call in new)
    completion_tokens = sum(call.completion_tokens for call in new)
    cost = (
        "price unknown" if plan.cost is None else f"≈ {money(plan.cost)}" if plan.cost else "free"
    )
    return (
        f"{calls}, {len(new):,} of them new: ≈ {prompt_tokens:,} tokens in, "
        f"≈ {completion_tokens:,} out, {cost}"
    )


def _plain(text: str) -> str:
    """What comes from an article or a model must not move the cursor or turn lines around."""
    return str(printable(text))


def _words(reason: str) -> str:
    return reason.replace("_", " ")
