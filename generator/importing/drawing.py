"""From a row to the pairs in it, mended; or to the reason why there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from generator.importing.cleaning import clean, is_only_links
from generator.importing.fields import Fields, look_up
from generator.importing.rows import EXCERPT, Row
from generator.importing.values import Texts, list_in, texts_in

LONGEST_TEXT: Final = 200_000
"""Characters of a question or an answer: as many as the checks look at."""
_ROLES: Final = {
    "user": "user", "human": "user", "prompter": "user", "question": "user",
    "assistant": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant",
    "chatgpt": "assistant", "bard": "assistant", "bing": "assistant", "ai": "assistant",
    "system": "system", "developer": "system",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A pair as it was found in a row, before it is checked."""

    prompt: str
    completion: str
    repairs: tuple[str, ...] = ()
    has_text: bool = False
    """Whether the prompt brings a text that it asks about."""
    problem: str = ""
    """Why it cannot be a pair: a word to count by, then, where it helps, a blank and more."""


def draw_pairs(row: Row, fields: Fields) -> list[Drawn]:
    """The pairs in a row, at least one; where there is none, that one tells the problem."""
    if row.problem:
        return [Drawn(prompt=row.excerpt, completion="", problem=row.problem)]
    if fields.shape == "list":
        found = _of_list(row.value)
    elif not isinstance(row.value, Mapping):
        return [Drawn(prompt=str(row.value)[:EXCERPT], completion="", problem="not_an_object")]
    elif fields.shape == "chat":
        found = _of_chat(look_up(row.value, fields.prompt))
    else:
        found = _of_sides(row.value, fields)
    return [mend(one) for one in found]


def mend(drawn: Drawn) -> Drawn:
    """The pair with both texts cleaned, and what keeps it from being one."""
    if drawn.problem:
        return drawn
    if max(len(drawn.prompt), len(drawn.completion)) > LONGEST_TEXT:
        problem = f"text_too_long over {LONGEST_TEXT:,} characters"
        return Drawn(prompt=drawn.prompt[:EXCERPT], completion=drawn.completion[:EXCERPT], problem=problem)  # fmt: skip
    prompt, completion = clean(drawn.prompt), clean(drawn.completion)
    links = [text for text in (completion.text, prompt.text) if is_only_links(text)]
    return Drawn(
        prompt=prompt.text,
        completion=completion.text,
        repairs=tuple(dict.fromkeys((*drawn.repairs, *prompt.repairs, *completion.repairs))),
        has_text=drawn.has_text,
        problem=f"only_a_link {links[0][:EXCERPT]}" if links else "",
    )


def _of_sides(row: object, fields: Fields) -> list[Drawn]:
    prompts = texts_in(look_up(row, fields.prompt))
    given = texts_in(look_up(row, fields.input)).texts if fields.shape == "alpaca" else ()
    if given:
        prompts = Texts(tuple("\n\n".join((one, *given)) for one in prompts.texts), prompts.repairs)
    found = _side_by_side(prompts, texts_in(look_up(row, fields.completion)))
    return [replace(one, has_text=True) for one in found] if given else found


def _of_list(value: object) -> list[Drawn]:
    if not isinstance(value, list) or len(value) != 2:
        return [Drawn(prompt=str(value)[:EXCERPT], completion="", problem="not_two_values")]
    return _side_by_side(texts_in(value[0]), texts_in(value[1]))


def _side_by_side(prompts: Texts, completions: Texts) -> list[Drawn]:
    """Questions and answers of one row: one each, lists of the same length, or several for one."""
    asked, answered = prompts.texts, completions.texts
    repairs = tuple(dict.fromkeys((*prompts.repairs, *completions.repairs)))
    if len(asked) > 1 and len(asked) == len(answered):
        repairs = (*repairs, "lists_side_by_side")
        return [_drawn(*one, repairs) for one in zip(asked, answered, strict=True)]
    if len(asked) > 1 and len(answered) > 1:
        problem = f"lists_of_different_length {len(asked)} questions, {len(answered)} answers"
        return [Drawn(prompt=asked[0][:EXCERPT], completion=answered[0][:EXCERPT], problem=problem)]
    if len(answered) > 1:
        repairs = (*repairs, "first_of_several_answers")
        answered = tuple(one for one in answered if not is_only_links(one)) or answered
    if len(asked) > 1:
        repairs = (*repairs, "several_questions")
    completion = answered[0] if answered else ""
    return [_drawn(prompt, completion, repairs) for prompt in asked or ("",)]


def _drawn(prompt: str, completion: str, repairs: tuple[str, ...]) -> Drawn:
    return Drawn(prompt=prompt, completion=completion, repairs=repairs)


def _of_chat(value: object) -> list[Drawn]:
    """The first question of a chat with its answer: what comes later cannot be understood without it."""
    turns = list_in(value) if isinstance(value, str) else value
    if not isinstance(turns, list) or not turns:
        return [Drawn(prompt="", completion="", problem="no_turns")]
    repairs: list[str] = []
    asked: list[str] = []
    for place, turn in enumerate(turns):
        role, text = _turn(turn)
        if role == "system":
            repairs.append("system_message_left_out")
        elif role == "user":
            asked.append(text)
        elif role != "assistant":
            shown = "\n\n".join(asked)[:EXCERPT]
            return [Drawn(prompt=shown, completion="", problem=f"unknown_role {role[:60]!r}")]
        elif asked:
            if _has_questions(turns[place + 1 :]):
                repairs.append("later_turns_left_out")
            return [_drawn("\n\n".join(asked), text, tuple(dict.fromkeys(repairs)))]
    return [Drawn(prompt="\n\n".join(asked)[:EXCERPT], completion="", problem="no_answer_in_chat")]


def _turn(turn: object) -> tuple[str, str]:
    """Who speaks, and what is said: a text, or parts of which those of text are taken."""
    if not isinstance(turn, Mapping):
        return "", ""
    role = str(turn.get("role", turn.get("from", "")))
    said = next((turn[name] for name in ("content", "value", "text") if name in turn), "")
    return _ROLES.get(role.casefold(), role), "\n".join(texts_in(said).texts)


def _has_questions(turns: Sequence[object]) -> bool:
    return any(_turn(turn)[0] == "user" for turn in turns)
