"""Names that fields of questions and answers have in the files of the world."""

from __future__ import annotations

from typing import Final

PROMPTS: Final = (
    "question", "questions", "query", "prompt", "instruction", "input", "user", "human", "problem",
    "queries", "prompts", "instructions", "inputs", "questiontext", "userprompt", "usermessage",
    "inputtext", "patient", "request", "ask", "q", "front", "source", "x",
    "frage", "fragen", "pregunta", "preguntas", "domanda", "pergunta", "vraag", "soru", "pytanie",
    "вопрос", "質問", "問題", "问题", "問", "질문", "سؤال", "السؤال", "الأسئلة", "प्रश्न",
)  # fmt: skip
"""From the plainest on: the first that a file has is taken."""
COMPLETIONS: Final = (
    "answer", "answers", "response", "completion", "output", "assistant", "reply", "solution",
    "responses", "completions", "outputs", "replies", "answertext", "bestanswer", "finalanswer",
    "assistantresponse", "outputtext", "doctor", "bot", "gpt", "a", "back", "target", "label", "y",
    "antwort", "antworten", "réponse", "reponse", "réponses", "respuesta", "respuestas", "risposta",
    "resposta", "antwoord", "cevap", "odpowiedź", "ответ", "回答", "答え", "解答", "答案", "答",
    "답변", "답", "جواب", "الجواب", "الإجابة", "إجابة", "الأجوبة", "उत्तर",
)  # fmt: skip
CHATS: Final = ("messages", "conversations", "conversation", "dialogue", "dialog", "turns", "chat")
INSTRUCTION, INPUT, OUTPUT = "instruction", "input", "output"
"""The three fields of Alpaca."""


def plain(name: str) -> str:
    """A field's name without case, blanks and marks: `Question_Text` and `question text` are one."""
    return "".join(one for one in name.casefold() if one.isalnum())


def is_known(name: str) -> bool:
    """Whether a field of this name holds questions, answers or chats somewhere."""
    return plain(name) in _KNOWN


_KNOWN: Final = frozenset(map(plain, (*PROMPTS, *COMPLETIONS, *CHATS))) - {"x", "y"}
