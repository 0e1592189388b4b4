"""Tells a refusal from other prose, by how such sentences begin in many languages."""

from __future__ import annotations

import re

_REFUSES = re.compile(
    r"""
    \b(?: i['’]?m\ (?:so\ )?sorry | i\ am\ (?:so\ )?sorry | (?:i|we)\ (?:apologi[sz]e|can(?:no|['’])?t|couldn['’]t
        |could\ not|won['’]t|will\ not|am\ (?:not\ able|unable)|must\ decline|do\ not\ have|don['’]t\ have)
      | i['’]?m\ (?:unable|not\ able|afraid) | as\ an\ ai | sorry,\ | unfortunately
      | (?:not|n['’]t)\ (?:contain\ |provide\ |have\ )?(?:enough|sufficient)\ (?:information|context|content|text)
      | insufficient\ (?:information|context|content)
      | es\ tut\ mir\ leid | tut\ mir\ leid | leider | ich\ kann\ (?:\w+\ ){0,3}(?:nicht|keine) | ich\ bin\ nicht\ in\ der\ lage
      | (?:je\ suis\ )?désolée? | je\ ne\ (?:peux|suis) | malheureusement
      | lo\ siento | lamento | no\ puedo | lamentablemente
      | desculpe | sinto\ muito | não\ posso | infelizmente | mi\ dispiace | non\ posso | purtroppo
      | het\ spijt\ me | helaas | tyvärr | jag\ kan\ inte | desværre | dessverre | jeg\ kan\ ikke | valitettavasti
      | przykro\ mi | przepraszam | niestety | nie\ mogę | omlouvám | bohužel | sajnos | sajnálom | din\ păcate | îmi\ pare\ rău
      | üzgünüm | maalesef | xin\ lỗi | rất\ tiếc | maaf | извините | простите | к\ сожалению | не\ могу | вибачте | на\ жаль
      | λυπάμαι | δυστυχώς | съжалявам )\b
    | 申し訳 | できません | できかねます | 抱歉 | 对不起 | 對不起 | 很遗憾 | 無法 | 无法 | 죄송 | 수\ 없습니다
    | عذر[اًا] | آسف | للأسف | لا\ أستطيع | لا\ يمكنني | متأسف | متاسف | מצטער | איני\ יכול | क्षमा | माफ़ | खेद | দুঃখিত | ขออภัย | ขอโทษ
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HEAD = 2_000


def is_refusal(text: str) -> bool:
    """Whether a reply without pairs says that there will be none."""
    return _REFUSES.search(text[:_HEAD]) is not None
