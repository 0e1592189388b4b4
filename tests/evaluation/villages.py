"""A dataset of facts in four languages, and models that know it, do not, bluff, or say nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.deriving.folders import Asked as Row
from tests.deriving.folders import Part, save
from tests.fakes.answers import Answer, completion
from tests.fakes.answers import Asked as Request
from tests.judging.judges import passage_in, shown_in, yes

UNKNOWN = {
    "en": "That is not known.", "de": "Das ist nicht bekannt.", "ja": "それは知られていません。",
    "ar": "هذا غير معروف.",
}  # fmt: skip


class Tongue(NamedTuple):
    """What a village's rows are made of in one language."""

    title: str
    text: str
    asked: str
    again: str
    answer: str
    unknowable: str


TONGUES = {
    "en": Tongue(
        "Ostrey", "The {thing} of Ostrey was built by {name}. It has {n} windows and stands alone.",
        "Who built the {thing} of Ostrey?", "Ostrey's {thing} is the work of whom?", "{name}.",
        "What did the {thing} of Ostrey cost?",
    ),
    "de": Tongue(
        "Ostrau", "Das Gebäude {thing} in Ostrau wurde von {name} erbaut. Es hat {n} Fenster.",
        "Wer erbaute das Gebäude {thing} in Ostrau?", "Von wem stammt das Gebäude {thing} in Ostrau?",
        "{name}.", "Was kostete das Gebäude {thing} in Ostrau?",
    ),
    "ja": Tongue(
        "水車村", "水車村の{thing}は{name}が建てた。窓は{n}個ある。", "水車村の{thing}は誰が建てましたか。",
        "水車村の{thing}を建てたのは誰ですか。", "{name}です。", "水車村の{thing}の値段はいくらでしたか。",
    ),
    "ar": Tongue(
        "أوستري", "بنى {name} {thing} في أوستري. له {n} نافذة.", "من بنى {thing} في أوستري؟",
        "من هو باني {thing} في أوستري؟", "{name}.", "كم كلف {thing} في أوستري؟",
    ),
}  # fmt: skip
THINGS = {
    "en": ("mill", "bridge", "church", "school", "tower", "barn", "well", "inn"),
    "de": ("Mühle", "Brücke", "Kirche", "Schule", "Turm", "Scheune", "Brunnen", "Gasthof"),
    "ja": ("水車", "橋", "教会", "学校", "塔", "納屋", "井戸", "宿屋"),
    "ar": ("الطاحونة", "الجسر", "الكنيسة", "المدرسة", "البرج", "المخزن", "البئر", "الفندق"),
}
NAMES = {
    "en": ("Ada Miller", "Ben Carter", "Cora Dale", "Dan Frost", "Eva Grey", "Finn Hale", "Gwen Ives", "Hal Jory"),
    "de": ("Anna Müller", "Bernd Köhler", "Clara Weiß", "Dora Fuchs", "Emil Groß", "Frieda Jäger", "Gustav Lutz", "Hanna Vogt"),
    "ja": ("田中太郎", "鈴木花子", "佐藤一郎", "高橋次郎", "伊藤三郎", "渡辺美咲", "山本健太", "中村由美"),
    "ar": ("أحمد علي", "سالم حسن", "ليلى عمر", "كريم ناصر", "هدى سعيد", "يوسف خالد", "مريم فؤاد", "طارق زكي"),
}  # fmt: skip


def save_village(
    folder: Path, *, language: str = "en", has_facts: bool = True, manifest: Mapping[str, Any] | None = None
) -> Path:  # fmt: skip
    """Eight sections: six trained (in two wordings, one held out), two left out; without facts 6, 1, 1."""
    tongue = TONGUES[language]
    parts = [_part(tongue, language, place, has_facts=has_facts) for place in range(8)]
    save(folder, {tongue.title: parts}, language=language)
    path = folder / "manifest.json"
    told = {**json.loads(path.read_text(encoding="utf-8")), **(manifest or {})}
    path.write_text(json.dumps(told), encoding="utf-8")
    return folder


def _part(tongue: Tongue, language: str, place: int, *, has_facts: bool) -> Part:
    values = {"thing": THINGS[language][place], "name": NAMES[language][place], "n": 11 + place}
    split = "train" if place < 6 else "eval_control"
    if not has_facts:
        split = ("train",) * 6 + ("validation", "test")
        split = split[place]
    said = tongue.answer.format(**values)
    tags = {"facts": [f"f{place}"]} if has_facts else {}
    asked = [Row(tongue.asked.format(**values), said, tags)]
    if has_facts:
        held = {"split": "eval_recall"} if split == "train" else {}
        asked += [
            Row(tongue.again.format(**values), said, {**tags, **held, "kind": "wording"}),
            Row(tongue.unknowable.format(**values), UNKNOWN[language], {"kind": "abstain"}),
        ]
    return Part(values["thing"], split, tongue.text.format(**values), asked)


# Models -------------------------------------------------------------------------------------------


def known(*folders: Path, trained_only: bool = False) -> dict[str, str]:
    """Question -> answer of datasets."""
    rows: Iterator[dict[str, Any]] = (
        json.loads(line)
        for folder in folders
        for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    )
    return {
        row["prompt"]: row["completion"]
        for row in rows
        if not trained_only or row["split"] != "eval_control"
    }


Speaker = Callable[[str], str]


def reader(answers: Mapping[str, str], otherwise: str = "I do not know.") -> Speaker:
    """Knows nothing, but reads: answers where the passage stands before the question."""

    def speak(prompt: str) -> str:
        question = _question(prompt, answers)
        has_context = question and len(prompt) > len(question) + 40
        return answers[question] if question and has_context else otherwise

    return speak


def knower(answers: Mapping[str, str], trained: Mapping[str, str], otherwise: str) -> Speaker:
    """Knows what was trained, and reads the rest."""
    read = reader(answers, otherwise)

    def speak(prompt: str) -> str:
        question = _question(prompt, trained)
        return trained[question] if question else read(prompt)

    return speak


def bluffer(answers: Mapping[str, str]) -> Speaker:
    """Tells the same to whatever is asked."""
    return lambda prompt: "Napoleon did, on a Tuesday."


def silent(answers: Mapping[str, str]) -> Speaker:
    """Never says anything."""
    return lambda prompt: "I do not know."


def judging(prompt: str) -> str:
    """A judge that passes what stands in the passage."""
    passage = passage_in(prompt)
    said = []
    for pair in shown_in(prompt):
        one = yes(pair, passage)
        if pair["answer"].strip(" .。") not in passage:
            one["claims"] = [{"claim": pair["answer"], "quote": "", "supported": False}]
        said.append(json.dumps(one, ensure_ascii=False))
    return "\n".join(said)


def _question(prompt: str, answers: Mapping[str, str]) -> str:
    return max((one for one in answers if one in prompt), key=len, default="")


def models(**speakers: Speaker) -> Callable[[Request], Answer]:
    """What a server says, by the name of the model."""

    def speak(asked: Request) -> Answer:
        text = speakers[str(asked.body["model"])](asked.last_user_message)
        if asked.is_plain:
            text = f" {text} END and more"
        return completion(asked, {"content": text}, is_good=True)

    return speak


def telling_odds(
    label: Callable[[str], tuple[str, float]], *, other: Callable[[str], str]
) -> Callable[[Request], Answer]:
    """A server that tells a class and how sure it is of it."""

    def speak(asked: Request) -> Answer:
        told, sure = label(asked.last_user_message)
        odds = {told: math.log(sure), other(told): math.log(1 - sure)}
        return completion(asked, {"content": told}, is_good=True, odds=odds)

    return speak
