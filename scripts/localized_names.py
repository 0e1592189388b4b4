"""Collect what MediaWiki calls files, categories, redirects and magic words in every language.

    python scripts/localized_names.py /opt/mediawiki generator/wikitext/names.json

Reads `languages/messages/Messages*.php`, `Names.php` and the magic words of the
ParserFunctions extension; these are plain tables, so no PHP is needed. Run it again with a newer
MediaWiki and commit the difference.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

NAMESPACES = {
    "NS_FILE": "file",
    "NS_CATEGORY": "category",
    "NS_MEDIA": "media",
    "NS_TEMPLATE": "template",
}
CANONICAL = {
    "file": ["File", "Image"],
    "category": ["Category"],
    "media": ["Media"],
    "template": ["Template"],
}

# Words that stand before a colon or alone between double braces and mean something to the cleaner.
FUNCTIONS = (
    "defaultsort displaytitle pagename pagenamee fullpagename fullpagenamee basepagename"
    " subpagename rootpagename formatnum lc uc lcfirst ucfirst padleft padright plural grammar"
    " gender language int ns nse urlencode anchorencode tag subst safesubst notoc special"
    " contentlanguage namespace currentyear currentmonth currentmonthname currentday sitename"
    " if ifeq ifexpr iferror ifexist switch default expr time timel titleparts"
).split()

# Prefixes of Wikipedias that MediaWiki knows as interlanguage links only by the wiki family's set-up.
OLD_LANGUAGE_CODES = (
    "simple als bat-smg be-x-old cbk-zam eml fiu-vro map-bms nds-nl roa-rup roa-tara zh-classical"
    " zh-min-nan zh-yue mo nb no sh bh cz dk jp minnan"
).split()

STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
NAME = re.compile(rf"(NS_\w+)\s*=>\s*(?:{STRING.pattern})")
ALIAS = re.compile(rf"(?:{STRING.pattern})\s*=>\s*(NS_\w+)")
COMMENT = re.compile(r"(?m)^\s*(?:#|//)[^\n]*$|\s(?:#|//)[^'\"\n]*$|/\*(?s:.*?)\*/")


def strings(php: str) -> list[str]:
    """All string literals of a piece of PHP, unescaped."""
    return [unescape(m[1], m[2]) for m in STRING.finditer(php)]


def unescape(single: str | None, double: str | None) -> str:
    if single:
        return single.replace("\\'", "'").replace("\\\\", "\\")
    text = re.sub(r"\\u\{([0-9A-Fa-f]+)\}", lambda m: chr(int(m[1], 16)), double or "")
    return text.replace('\\"', '"').replace("\\$", "$").replace("\\\\", "\\")


def table(php: str, name: str) -> str:
    """The body of `$name = [ … ];`, comments removed; empty where the language inherits it."""
    found = re.search(rf"^\${name}\s*=\s*\[(.*?)\s*\];", php, re.S | re.M)
    return COMMENT.sub("", found[1]) if found else ""


def namespaces(php: str) -> Iterator[tuple[str, str]]:
    for constant, single, double in NAME.findall(table(php, "namespaceNames")):
        if constant in NAMESPACES:
            yield NAMESPACES[constant], unescape(single, double)
    for single, double, constant in ALIAS.findall(table(php, "namespaceAliases")):
        if constant in NAMESPACES:
            yield NAMESPACES[constant], unescape(single, double)


def magic_words(php_table: str) -> Iterator[tuple[str, list[str]]]:
    for name, body in re.findall(r"['\"]([\w!]+)['\"]\s*=>\s*\[(.*?)\]\s*(?:,|$)", php_table, re.S):
        first, *rest = strings(body) or [""]
        yield name, ([first, *rest] if first not in {"0", "1"} else rest)


def separators(php: str) -> list[str] | None:
    """Grouping and decimal sign of a language, None for `,` and `.`."""
    pairs = strings(table(php, "separatorTransformTable"))
    signs = dict(zip(pairs[::2], pairs[1::2], strict=True))
    return [signs.get(",", ","), signs.get(".", ".")] if signs else None


def collect(mediawiki: Path) -> dict[str, object]:
    spaces: dict[str, set[str]] = {kind: set(names) for kind, names in CANONICAL.items()}
    switches, redirects, images = set(), set(), set()
    functions: dict[str, set[str]] = {name: set() for name in FUNCTIONS}
    numbers, digits, fallbacks = {}, {}, {}
    for path in sorted((mediawiki / "languages/messages").glob("Messages*.php")):
        php = path.read_text(encoding="utf-8")
        language = path.stem.removeprefix("Messages").lower().replace("_", "-")
        for kind, name in namespaces(php):
            spaces[kind].add(name.replace("_", " "))
        for name, words in magic_words(table(php, "magicWords")):
            switches |= {word for word in words if re.fullmatch(r"(__|＿＿).+\1", word)}
            redirects |= {word.lstrip("'#＃") for word in words if name == "redirect"}
            images |= {word for word in words if name.startswith("img_")}
            if name in functions:
                functions[name] |= {word.strip(":").casefold() for word in words}
        if signs := separators(php):
            numbers[language] = signs
        if transform := strings(table(php, "digitTransformTable")):
            digits[language] = "".join(transform[1::2])[:10]
        if fallback := re.search(r"^\$fallback\s*=\s*'([^',]+)", php, re.M):
            fallbacks[language] = fallback[1].strip()
    for parser_functions in mediawiki.glob("extensions*/ParserFunctions/*.magic.php"):
        php = parser_functions.read_text(encoding="utf-8")
        for body in re.findall(r"^\$magicWords\['[^']+'\]\s*=\s*\[(.*?)^\];", php, re.S | re.M):
            for name, words in magic_words(body):
                if name in functions:
                    functions[name] |= {word.strip("#:").casefold() for word in words}
    found = next(mediawiki.glob("**/languages/data/Names.php")).read_text(encoding="utf-8")
    languages = set(re.findall(r"^\s*'([a-z][a-z-]+)'\s*=>", found, re.M)) | set(OLD_LANGUAGE_CODES)
    return {
        **{kind: sorted({name.casefold() for name in found}) for kind, found in spaces.items()},
        "switches": sorted({switch.casefold() for switch in switches}),
        "redirects": sorted({word.casefold() for word in redirects}),
        "image_options": sorted(images),
        "functions": {name: sorted(words) for name, words in sorted(functions.items()) if words},
        "languages": sorted(languages),
        "separators": numbers,
        "digits": digits,
        "fallbacks": fallbacks,
    }


def main() -> None:
    mediawiki, target = Path(sys.argv[1]), Path(sys.argv[2])
    data = json.dumps(collect(mediawiki), ensure_ascii=False, indent=0, sort_keys=True)
    target.write_text(data + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
