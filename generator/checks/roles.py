"""Refuses pairs in which a turn of a chat is announced: `User:`, `### Response`, `<|im_start|>`."""

from __future__ import annotations

import re

from generator.checks import KEEP, Candidate, Check, Opinion
from generator.checks.texts import read

_ROLE = re.compile(
    r"^[ \t]{0,20}(?:\*\*)?(?:user|assistant|human|ai|bot|system|chatgpt|model|question|answer|response|instruction|prompt|completion|q|a"
    r"|frage|antwort|benutzer|assistent|question|réponse|utilisateur|pregunta|respuesta|usuario|asistente|pergunta|resposta|domanda|risposta|vraag|antwoord"
    r"|fråga|svar|pytanie|odpowiedź|вопрос|ответ|пользователь|ассистент|soru|cevap|yanıt|kullanıcı|質問|回答|答え|ユーザー|アシスタント|问题|答案|用户|助手|سؤال|السؤال|جواب|الجواب|الإجابة|प्रश्न|उत्तर|질문|답변)"
    r"(?:\*\*)?\s?[:：]|^[ \t]{0,20}#{2,6}\s{0,4}(?:response|instruction|input|question|answer|assistant|user|human|system)\b"
    r"|<\|[a-z_]{2,30}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<\|?(?:user|assistant|system)\|?>",
    re.IGNORECASE | re.MULTILINE,
)


def new() -> Check:
    """A check with the reason `role_leak`."""
    return _judge


def _judge(candidate: Candidate) -> Opinion:
    for text in (candidate.prompt, candidate.completion):
        found = _ROLE.search(read(text).without_code)
        if found and found[0].strip() not in candidate.passage:
            return Opinion(keep=False, reason=f"role_leak {found[0].strip()!r}")
    return KEEP
