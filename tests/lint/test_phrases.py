"""Which phrases a prompt file invites, and which it forbids, in many wordings and languages."""

from __future__ import annotations

import pytest

from generator.lint.wording import invited_phrases
from tests.lint.templates import draft

INVITED = [
    'Begin every answer with "According to the passage".',
    "Ask what happened in this passage.",
    'Do not name the author but write "according to the text".',
    'Do not forget to begin with "In this article".',
    'Never be brief. Start each answer with "Based on the text, …".',
    'Answers must not be short, and begin with "According to the article".',
    'Use no more than two sentences, each with "as stated in the text".',
    '{"prompt": "According to the passage, when was it built?", "completion": "In 1871."}',
    "Never mention the author.\n\nGood:\n- According to the text, it was built in 1871.",
    'Refer to the source as "this text".',
    "Beginne jede Antwort mit „Laut Text“.",
    "Schreibe Fragen wie: Was geschah nach dem Text im Jahr 1871?",
    "Was steht im obigen Abschnitt?",
    "各質問は「本文によると」で始めてください。",
    "この文章では何が述べられていますか。",
    "忘れないで「この記事によれば」と書いてください。",
    "ابدأ كل إجابة بعبارة «وفقًا للنص».",
    "اسأل عمّا ورد في هذا النص.",
    "Commence chaque réponse par « Selon le texte ».",
    "Pose des questions sur ce qui est dit dans cet article.",
    "Empieza cada respuesta con «Según el texto».",
    "¿Qué ocurre en este pasaje?",
    'No olvides empezar con "Según el artículo".',
    "N'oublie pas de commencer par « D'après l'extrait ».",
    "Vergiss nicht, mit „gemäß dem Artikel“ zu beginnen.",
    "根据短文回答。",
    "Согласно тексту, что произошло?",
    "Metne göre ne oldu?",
    "De acordo com o texto, responda.",
    "Secondo il testo, rispondi.",
    'Phrase each item like a reading test: "According to the excerpt, why did …?"',
    "Questions should be answerable from the text. For example: What does the author say about the bridge?",
    "You are a teacher. Write 10 comprehension questions about this passage so that students must look in this passage.",
    'Always cite where it is found, e.g. "as described in the section above".',
    '- Do not use jargon.\n- Open with "Based on this article".',
    "Verweise immer auf die Quelle, z. B. „im vorliegenden Artikel“.",
    "Stelle keine Ja-Nein-Fragen. Beginne mit „Dem Text zufolge“.",
    "設問は「上記の文章では」から書き出すこと。",
    "اكتب الأسئلة بصيغة «كما ورد في المقال» أو «بحسب النص».",
    "Rédige les questions ainsi : « D’après cet article, quand… ? »",
    "Redacta así: «De acuerdo con el texto, ¿quién…?»",
    'Never invent facts. The answer should say "the passage states that …".',
    'Use the form: "In the given text, ...".',
    'Make it clear where the fact is from ("the article states").',
    "Every completion starts with: According to this document",
    'Do not write more than one sentence. Use "as mentioned in the passage" where it fits.',
    "「この記事では」という前置きを必ず付ける。",
    "استخدم دائما عبارة «في هذا النص».",
    "Ajoute « dans l’extrait » à chaque question.",
    "Añade siempre «en este texto».",
]
FORBIDDEN = [
    'Do not write "according to the passage".',
    'Never refer to "this text".',
    'Don\'t say things like "in this article", "the text says" or "based on the passage".',
    'Avoid phrases such as "according to the text" and "in this passage".',
    'Phrases such as "according to the text" and "in this passage" are forbidden.',
    "Do not write:\n- according to the passage\n- in this text\n- the author says",
    'Forbidden phrases:\n\n* "In this passage"\n* "as mentioned in the article"',
    "## Never write\n\n- according to the passage\n- in this text\n",
    "Bad: According to the text, when was it built?\nGood: When was Tarn Point Light built?",
    'Bad:\n{"prompt": "According to the passage, when was it built?", "completion": "In 1871."}\nGood:\n{"prompt": "When was Tarn Point Light built?", "completion": "In 1871."}',
    'Never use references to the source, e.g. "according to the text" or "in this passage".',
    'Do not refer to the source. Phrases like "according to the text" make a pair useless.',
    'The question stands alone: without "in this text",\n"the passage says" or\n"according to the article".',
    'A pair must never depend on the passage; "in this passage" must not appear.',
    'Refrain from "based on the above text".',
    'No "according to the article", please.',
    '❌ "According to the text, who built it?"',
    "Schreibe nie „laut Text“ oder „im obigen Abschnitt“.",
    "Schreibe „laut Text“ nicht.",
    "Formulierungen wie „laut dem Artikel“ und „im obigen Text“ sind verboten.",
    "Vermeide Wendungen wie „gemäß dem Text“.",
    "Verboten sind:\n- laut Text\n- in diesem Artikel",
    "「本文によると」などと書かないでください。",
    "「この文章では」「本文によれば」のような表現は使わないこと。",
    "禁止表現:\n・本文によると\n・この記事では",
    "「本文によると」という表現は避けてください。",
    "لا تكتب «وفقًا للنص» أبدًا.",
    "تجنب عبارات مثل «بحسب المقال» و«في هذا النص».",
    "عبارات مثل «وفقا للنص» ممنوعة.",
    "لا تستخدم العبارات التالية:\n- وفقًا للنص\n- في هذه الفقرة",
    "N'écris jamais « selon le texte ».",
    "Évite les formules comme « dans cet article ».",
    "Les formules « selon le texte » et « dans ce passage » sont interdites.",
    "Ne mentionne pas « d’après l’extrait ».",
    "Interdit :\n- selon le texte\n- dans cet article",
    "No escribas «según el texto».",
    "Evita expresiones como «en este artículo».",
    'Nunca digas "según el pasaje" ni "en el texto".',
    "Las frases «según el texto» y «en este pasaje» están prohibidas.",
    "Prohibido:\n- según el texto",
    "Never mention the source.\nUse only what is said in the passage.",
    "请不要写“根据文章”。",
    "Никогда не пиши «согласно тексту».",
    'Asla "metne göre" yazma.',
    'Não escreva "de acordo com o texto".',
    "Non scrivere mai «secondo il testo».",
    "Write in the language of the passage. Teach the facts in it.",
    'Rules:\n1. Do not begin with "In this passage".\n2. Be brief.',
    'Each question must make sense without the passage: do not use wording like "in the text", "the author", or "as mentioned above in the section".',
    'The reader will not see the source, so phrases such as "the article says" make no sense and must not be used.',
    '### Don\'ts\n\n1. "According to the text …"\n2. "In this section …"\n',
    'Things you must avoid:\n   • starting with "In this passage"\n   • "based on the provided context"',
    'Wrong: "What does the text say about X?" Right: "What is X made of?"',
    'You may not mention the document ("in this document", "the document says").',
    'Under no circumstances write "according to the article".',
    'Stay away from "according to the passage".',
    'Leave out any "in this article".',
    'It is forbidden to write "in this text".',
    'Questions that contain "in the passage" will be thrown away.',
    'Delete references such as "in this article" from every question.',
    "Benutze auf keinen Fall „laut Artikel“.",
    "Die Wörter „im Text“ dürfen nirgends vorkommen.",
    "Unzulässig: „laut Text“, „im obigen Abschnitt“.",
    "「本文では」「この記事によると」といった言い回しは禁止です。",
    "「本文によれば」という書き方をしてはいけない。",
    "次の表現は使わないでください:\n- 本文によると\n- この文章では",
    "يُمنع استخدام «وفقًا للمقال».",
    "لا يجوز أن يرد «في هذا النص» في السؤال.",
    "بدون عبارات مثل «حسب النص».",
    "Bannis « selon l’article » et « dans ce texte ».",
    "Sans jamais écrire « dans ce passage ».",
    "Proscris toute formule du type « d’après le texte ».",
    "Queda prohibido escribir «según el artículo».",
    "Sin frases como «en el texto».",
    "Omite «según el pasaje».",
    'Whoever reads the pair has no access to the source: "in this passage" would confuse them.',
    'Self-contained: no "this article", no "the text".',
    'Refrain from using phrases like: "in the article", "according to the text".',
    'Never:\n  * say "in this section"\n  * say "the author mentions"',
    'Not allowed: "based on the passage".',
    "Wendungen wie „in diesem Text“ gehören nicht in eine Frage.",
    "Keine Bezüge auf die Quelle („laut Artikel“, „im Text“).",
    "「本文」「この文章では」などの語を含めないこと。",
    "لا تشر إلى المصدر بعبارة مثل «في هذا المقال».",
    "Pas de « selon le texte ».",
    "Nada de «según el texto».",
    "No se debe usar «en este artículo».",
]


def phrases(text: str) -> list[str]:
    return [
        spot.message
        for spot in invited_phrases(draft(f'+++\nkind = "basic"\n+++\n[user]\n{text}\n'))
    ]


@pytest.mark.parametrize("text", INVITED)
def test_an_invited_phrase_is_found(text):
    assert phrases(text)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_forbidden_phrase_is_no_invitation(text):
    assert phrases(text) == []


def test_a_phrase_about_the_task_counts_only_where_nothing_forbids_it():
    assert phrases("Use what is said in the passage.")
    assert not phrases("Use what is said in the passage.\n\nNever mention a text or a passage.")


def test_a_phrase_that_is_shown_counts_even_where_another_sentence_forbids_it():
    shown = 'Never mention a text.\n\nFor example: "According to the passage, who built it?"'
    assert phrases(shown) == ["shows 'According to the passage' as words to use"]


def test_the_message_has_the_words_as_they_were_written():
    assert phrases("Beginne mit „Laut dem Artikel“.") == [
        "shows 'Laut dem Artikel' as words to use"
    ]
    assert phrases("「この文章\nでは」と書く。")


def test_a_phrase_twice_on_a_line_is_said_once():
    assert len(phrases('Write "in this text" or "in this text".')) == 1
