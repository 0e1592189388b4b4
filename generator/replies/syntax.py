"""JSON as models write it: the quotes, separators and ends that they use, as patterns.

All patterns look ahead over a bounded stretch or possessively, so that matching one stays cheap whatever
the text.
"""

from __future__ import annotations

import re

OPENERS = "\"'“”″„‟‘‚«「『`＂＇"
CLOSERS_OF = {
    '"': '"”＂', "'": "'’", "″": "″", "“": '”“"', "”": '”"', "„": '“”"', "‟": '”"', "‘": "’'", "‚": "‘’",
    "«": "»", "「": "」", "『": "』", "`": "`", "＂": '＂"', "＇": "＇'",
}  # fmt: skip
CLOSERS = "".join(sorted(set("".join(CLOSERS_OF.values()))))
COMMAS = ",;，；"
ENDS = "}])｝］）"
_END_SET = re.escape(ENDS)

SPACE = r"[\s\u200b\u2060\ufeff]"
# Comments are bounded, so that looking ahead stays cheap whatever the text.
_COMMENT_SOURCE = r"(?://[^\n]{0,300}+|/\*[^*]{0,300}+\*/|#[^\n\"']{0,300}+)"
_GAP = rf"(?:{SPACE}|{_COMMENT_SOURCE})*+"
_COLON = r"(?P<colon>:|：|=>|->|=)"
KEY_NAME = (
    rf"[^\s{{}}\[\](),:：=\\&\n{OPENERS}{CLOSERS}][^{{}}\[\](),:：=\\&\n{OPENERS}{CLOSERS}]{{0,39}}"
)
KEY = re.compile(
    rf"(?P<open>[{OPENERS}]{{0,2}})[ \t]*(?P<name>{KEY_NAME})"
    # The colon behind the quote, swapped with it, or lost.
    rf"(?:(?P<close>[{CLOSERS}]{{0,2}}){SPACE}*+{_COLON}"
    rf"|:?[{CLOSERS}]{SPACE}*+(?=[{OPENERS}]))"
)
FILLER = re.compile(rf"(?:{SPACE}|{_COMMENT_SOURCE}|[{COMMAS}])*+")
SPACES = re.compile(rf"{_GAP}")
COMMA = re.compile(rf"{_GAP}(?:[{COMMAS}]{_GAP})++")
# What may stand behind the brace that closes a record.
END = re.compile(
    rf"{_GAP}[{_END_SET}]+(?=[ \t]*(?:\Z|[\n\r,;，；{_END_SET}\[{{`<*|#/\\&]|[\"'](?=[ \t]*(?:\Z|[\n\r,\]]))|[-–—] ))"
)
ANY_END = re.compile(rf"{_GAP}[{_END_SET}]")
PLUS = re.compile(rf"{SPACE}*+\+{SPACE}*(?=[{OPENERS}])")
STRAY_QUOTE = re.compile(rf"[“”„‟‘‚«「『`'’]{SPACE}*(?=\")")
COMMENT = re.compile(_COMMENT_SOURCE)
FLAT = re.compile(r"\[[^\[\]{}]*\]|\{[^\[\]{}]*\}|\([^()]*\)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z")
BARE_IDENTIFIER = re.compile(r"[A-Za-z0-9_][\w-]{0,30}\Z")
QUOTED_IDENTIFIER = re.compile(r"[\w.-]{1,30}\Z")
# What a text hardly ends with, and a quote is easily mistyped as.
NO_ENDS = "{[(<=+:;\\'`“‘"
BARE_END = re.compile(rf"[{COMMAS}]{SPACE}{{0,80}}|\n[ \t]{{0,40}}|[{_END_SET}]")
# Quotes among colons and brackets, or at the ends of lines: more likely JSON than a text.
STRUCTURE = re.compile(
    r"[\"”]\s{0,20}(?:[:：]\s{0,20}[\"“]|\"|[\]}]\s{0,20}[,:]|,\s{0,20}\n\s{0,80}[\"“])"
    r"|[:,]\s{0,20}[\[{]\s{0,20}[\"“]"
)
CLOSES = re.compile(r"[^\s\d\"(\[{]\"[\s,.;:!?)\]}]")
INNER_KEY = re.compile(
    rf"(?P<before>[,{{}}\[\]]\s{{0,20}})?[{OPENERS}][ \t]*(?P<name>{KEY_NAME})[{CLOSERS}]{SPACE}{{0,20}}[:：]"
)
