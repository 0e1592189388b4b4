"""Why a call is new: what it differs in from the nearest one that was planned before. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator.digests import digest
from generator.engine.plan import Planned
from generator.records import Json
from generator.store import Noted

SHOWN = 8
"""Reasons of one kind that are told one by one; more are told as a number."""

_MANY = {
    "new_article": "new articles",
    "new_section": "sections not asked about before",
    "section": "sections changed",
    "renamed": "articles renamed",
}
"""Kind -> what a great number of that kind is called. Of the other kinds there are never many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a call is new."""

    kind: str
    """A word to count by: `new_article`, `new_section`, `section`, `new_template`, `template`,
    `settings`, `model`, `sample`, `renamed`, `rendering`, `failed`, `not_asked`, `follow_up`,
    `led_on`, `expected`. Where several things changed, the first of them."""
    text: str
    """For people: `template basic changed`."""
    article: str = ""
    """The article that it is about; empty where the same holds for others."""


FOLLOW_UP = Reason(kind="follow_up", text="the rest of a reply that was cut, or of a long passage")
LED_ON = Reason(kind="led_on", text="asked for by the replies to earlier steps")
EXPECTED = Reason(
    kind="expected", text="expected of later steps, by the length of the sections; replies decide"
)
NOT_ASKED = Reason(kind="not_asked", text="planned before, not asked yet")


def note(planned: Planned) -> Noted:
    """What is remembered of a planned call."""
    passage, template, call = planned.passage, planned.template, planned.call
    wording = [
        template.kind, template.pairs, template.words_per_pair, template.min_pairs,
        template.max_pairs, dict(template.variables), template.system, template.user,
    ]  # fmt: skip
    return Noted(
        call=call.digest,
        article=passage.article,
        section=passage.section,
        occurrence=passage.occurrence,
        part=passage.part,
        parts=passage.parts,
        text=digest(passage.text),
        template=template.name,
        version=template.digest,
        wording=digest(wording),
        model=call.model,
        parameters=call.parameters,
        sample=call.sample,
    )


def explain(
    planned: Planned,
    known: Sequence[Noted],
    *,
    failed: Mapping[str, str],
    changed: Collection[str] = (),
) -> Reason:
    """Why a call without a reply has none.

    Args:
        planned: the call.
        known: what was planned before for the same article, the newest first.
        failed: calls that failed -> why.
        changed: names of prompt files of which an older version is known to have been used, where
            `known` may be less than all.
    """
    new = note(planned)
    if new.call in failed:
        why = failed[new.call].replace("_", " ")
        return Reason(kind="failed", text=f"failed before ({why}), tried again")
    if any(one.call == new.call for one in known):
        return NOT_ASKED
    if not known:
        return Reason(kind="new_article", text=f"new article {new.article}", article=new.article)
    same = [one for one in known if one.template == new.template]
    if not same:
        if new.template in changed:
            return Reason(kind="template", text=f"template {new.template} changed")
        return Reason(kind="new_template", text=f"new template {new.template}")
    here = [one for one in same if one.section == new.section]
    if not here:
        text = f"new section {_path(new.section)}"
        return Reason(kind="new_section", text=text, article=new.article)
    return _differs(new, min(here, key=lambda old: _distance(new, old)))


def told(reasons: Counter[Reason]) -> Iterator[str]:
    """Reasons with their numbers of calls, a line each, the most calls first."""
    articles = {reason.article for reason in reasons} - {""}
    kinds = Counter(reason.kind for reason in reasons)
    many = {kind for kind, count in kinds.items() if count > SHOWN and kind in _MANY}
    lines: Counter[str] = Counter()
    for reason, calls in reasons.items():
        if reason.kind in many:
            lines[f"{kinds[reason.kind]:,} {_MANY[reason.kind]}"] += calls
        elif len(articles) > 1 and reason.kind in ("new_section", "section"):
            lines[f"{reason.text} ({reason.article})"] += calls
        else:
            lines[reason.text] += calls
    for text, calls in lines.most_common():
        yield f"{text}: {calls:,} {'call' if calls == 1 else 'calls'}"


# Inside -----------------------------------------------------------------------------------------


def _distance(new: Noted, old: Noted) -> tuple[bool, int]:
    """How little two calls have in common: another place counts more than all else."""
    is_elsewhere = (old.occurrence, old.part, old.parts) != (new.occurrence, new.part, new.parts)
    differences = (
        old.text != new.text,
        old.version != new.version,
        old.parameters != new.parameters,
        old.model != new.model,
        old.sample != new.sample,
        old.article != new.article,
    )
    return is_elsewhere, sum(differences)


def _differs(new: Noted, old: Noted) -> Reason:
    found = list(_differences(new, old))
    if not found:
        return Reason(kind="rendering", text="asked in other words than before")
    kind, _ = found[0]
    is_of_one_article = any(one in ("section", "renamed") for one, _ in found)
    return Reason(
        kind=kind,
        text=", ".join(text for _, text in found),
        article=new.article if is_of_one_article else "",
    )


def _differences(new: Noted, old: Noted) -> Iterator[tuple[str, str]]:
    """Kind and text of everything that two calls about the same section differ in."""
    if old.text != new.text or (old.part, old.parts) != (new.part, new.parts):
        yield "section", f"section {_path(new.section)} changed"
    if old.wording != new.wording:
        yield "template", f"template {new.template} changed"
    elif old.parameters != new.parameters:
        changes = "; ".join(_changes(old.parameters, new.parameters))
        yield "settings", f"settings of {new.template} changed ({changes})"
    if old.model != new.model:
        yield "model", f"model changed from {old.model} to {new.model}"
    if old.sample != new.sample:
        yield "sample", f"sample {new.sample}"
    if old.article != new.article:
        yield "renamed", f"article {old.article} renamed {new.article}"


def _changes(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield f"{name} left out"
        elif name not in old:
            yield f"{name} = {new[name]}"
        elif old[name] != new[name]:
            yield f"{name} {old[name]} → {new[name]}"


def _path(section: tuple[str, ...]) -> str:
    return "/".join(section) or "Introduction"
