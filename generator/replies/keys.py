"""What the keys and labels that models use mean: the prompt, the completion, or neither."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Side = Literal["prompt", "completion"]


class Role(NamedTuple):
    """What a key means."""

    side: Side
    rank: int
    """Where two keys of one record mean the same side, the lower rank wins."""
    number: str
    """Digits at the end: `2` in `question_2`, else empty."""
    is_misspelt: bool = False


# In order of rank: `prompt` beats `question` where one record has both.
_PROMPT_WORDS: Final = """
prompt question query problem ques instruction request input q user human front task
frage pregunta pergunta domanda vraag pytanie вопрос питання пытанне otázka fråga spørgsmål
spørsmål kysymys soru سؤال السؤال پرسش سوال שאלה प्रश्न सवाल প্রশ্ন கேள்வி ప్రశ్న 问题 問題 提问 问 問
質問 問い 질문 câuhỏi pertanyaan soalan คำถาม ερώτηση kérdés întrebare въпрос питање pitanje
vprašanje küsimus fragen domande pytania вопросы klausimas jautājums galdera galdetegia հարց კითხვა spurning ceist cwestiwn swali
eingabe aufforderung anweisung entrada instrucción instrução invite consigne entrée istruzione
zapytanie запрос инструкция 提示 指令 输入 輸入 入力 プロンプト 프롬프트 입력
""".split()
_COMPLETION_WORDS: Final = """
completion ans answer response reply output solution a assistant gpt chosen target back
antwort antworten risposte odpowiedzi ответы respuesta réponse resposta risposta antwoord odpowiedź ответ відповідь адказ odpověď odpoveď
svar vastaus cevap yanıt جواب الجواب إجابة الإجابة اجابة پاسخ תשובה उत्तर जवाब উত্তর பதில் సమాధానం
答案 回答 答复 回复 答え 解答 答 답변 답 대답 정답 trảlời câutrảlời đápán jawaban คำตอบ απάντηση válasz
răspuns отговор одговор odgovor vastus atsakymas atbilde erantzuna պատասխան პასუხი freagra ateb jibu
ausgabe vervollständigung salida saída sortie complétion uscita odpowiedz 完成 补全 输出 輸出 出力 応答 응답 출력
""".split()
_RANKS: Final[dict[str, tuple[Side, int]]] = {
    **{word: ("prompt", rank) for rank, word in enumerate(_PROMPT_WORDS)},
    **{word: ("completion", rank) for rank, word in enumerate(_COMPLETION_WORDS)},
}
INSTRUCTION: Final = _PROMPT_WORDS.index("instruction")
INPUT: Final = _PROMPT_WORDS.index("input")

# `user_prompt`, `expected_answer`, `question_text` mean what their main word means. Anything else in
# front or behind (`wrong_answer`, `question_type`) makes it another thing.
_BEFORE: Final = frozenset(
    "user the your my expected correct final reference ideal full long short detailed basic generated "
    "main example training gold human student teacher sample model assistant text standalone".split()
)
_BEHIND: Final = frozenset("text string content en de fr es ja ar zh".split())

_FUZZY: Final = ("prompt", "completion", "question", "answer", "instruction", "response", "output")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DIGITS = re.compile(r"[\s_\-#.№]*(\d{1,4})$")
_MAX_KEY = 60

USER_ROLES: Final = frozenset("user human prompter customer student questioner person".split())
ASSISTANT_ROLES: Final = frozenset(
    "assistant gpt bot model ai chatgpt chatbot answer teacher expert".split()
)


@lru_cache(maxsize=4096)
def role_of(key: str) -> Role | None:
    """What a key means, in any language of the table; None where it means neither side."""
    if len(key) > _MAX_KEY:
        return None
    name = unicodedata.normalize("NFC", key).strip(" \t\r\n*_`:：\"'“”.")
    digits = _DIGITS.search(name)
    number = digits.group(1) if digits else ""
    name = name[: digits.start()] if digits else name
    known = _known(name)
    if known is not None:
        return Role(*known, number)
    meant = _misspelt(name.casefold())
    return Role(*_RANKS[meant], number, is_misspelt=True) if meant else None


def _known(name: str) -> tuple[Side, int] | None:
    whole = "".join(name.casefold().split())
    found = _plain(whole)
    if found is None:
        words = _words(name)
        while len(words) > 1 and words[-1] in _BEHIND:
            words.pop()
        if words and all(word in _BEFORE for word in words[:-1]):
            found = _plain(words[-1])
    return found


def _plain(word: str) -> tuple[Side, int] | None:
    return _RANKS.get(word) or (
        _RANKS.get(word[:-1]) if len(word) > 3 and word.endswith("s") else None
    )


def _words(name: str) -> list[str]:
    return [word.casefold() for word in re.split(r"[\W_]+", _CAMEL.sub(" ", name)) if word]


def _misspelt(word: str) -> str | None:
    """The word that is meant by one with a slip or two in it; its first letter must be right."""
    if not word.isascii() or len(word) < 5:
        return None
    for meant in _FUZZY:
        slips = 1 if len(meant) < 8 else 2
        for form in (meant, meant + "s"):
            if word[0] == form[0] and _distance(word, form, slips) <= slips:
                return meant
    return None


def _distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two words."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, one in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one != other))
            if i > 1 and j > 1 and one == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


QUESTION_MARKS: Final = "?？؟\u037e՞፧꘏꛷⸮"
"""Of all scripts: Latin, full-width, Arabic, Greek, Armenian, Ethiopic, Vai, Bamum, reversed."""

_CLOSING = r"[\s\"'”’»」』)）*_`]*$"
_ASKS = re.compile(f"[{QUESTION_MARKS};]{_CLOSING}")
_ENDS = re.compile(f"[.!。！｡．۔।॥։።…{QUESTION_MARKS}]{_CLOSING}")


def asks(text: str) -> bool:
    """Whether a text ends like a question, in any script that marks it."""
    tail = text[-40:]
    if _ASKS.search(tail):
        return not tail.rstrip().endswith(";") or bool(re.search(r"[\u0370-\u03ff]", tail))
    # Japanese questions often end in か without a mark; Armenian puts the mark inside a word.
    return tail.rstrip("。 ").endswith("か") or "՞" in tail


def is_ended(text: str) -> bool:
    """Whether a text ends like a sentence, in any script."""
    return bool(_ENDS.search(text[-40:]))
