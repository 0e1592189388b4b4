"""One self-contained HTML file: templates, styles and scripts put together under a strict policy.

Nothing foreign can act in such a page: every text is escaped, controls are shown as pictures, and the
policy allows no script and no style but those whose digest it names, and no request at all. So a
template must not use `style=` or `on…=` attributes; SVG takes its shapes from plain attributes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

HERE: Final = Path(__file__).parent
_SHARED_STYLE: Final = "page.css"

# Controls but tab and line end, marks that turn the direction of what follows, half characters, and
# what is no character at all.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)
_BATCH_PIECES = 500


class _Inline(NamedTuple):
    """A style or script as it stands in the page, and what the policy calls it."""

    text: Markup
    source: str


def render_page(
    template: str,
    *,
    folder: Path = HERE,
    title: str,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    **values: object,
) -> Iterator[str]:
    """The page in pieces, as far as its values are iterators without ever being whole in memory.

    Args:
        template: file that begins with `{% extends "page.html.j2" %}` and fills its blocks.
        folder: where the template is looked for, then here; also its styles and scripts.
        title: of the page, plain text.
        styles: CSS files that come after `page.css`.
        scripts: JavaScript files, run at the end of the page.
        **values: what the template needs; one that is missing is an error.
    """
    environment = _environment(folder)
    style = _inline(environment, [_SHARED_STYLE, *styles])
    script = _inline(environment, scripts) if scripts else None
    stream = environment.get_template(template).stream(
        **values,
        page_title=title,
        style=style.text,
        script=script.text if script else None,
        policy=_policy(style, script),
    )
    stream.enable_buffering(_BATCH_PIECES)
    return stream


def printable(value: object) -> object:
    """A text with what cannot be seen made visible; anything else as it is.

    Controls become their pictures (`␀`), marks of direction their code point (`⟨U+202E⟩`), half
    characters `�`. What is markup already is ours and stays.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return value if value.isascii() and value.isprintable() else _UNSEEN.sub(_picture, value)


def web_link(url: str) -> str:
    """The address where it is plain http or https, else an empty text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def clipped(text: str, longest: int) -> str:
    """A text of at most so many characters; what was cut off is counted."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]} … ({len(text) - longest:,} more characters)"


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if code >= 0xD800 else f"⟨U+{code:04X}⟩"


def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([folder, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number="{:,}".format,
        percent=_percent,
        money=_money,
        seconds=_time,
        web_link=web_link,
        clipped=clipped,
    )
    return environment


def _money(amount: float | None) -> str:
    if amount is None:
        return "unknown"
    if not amount:
        return "$0"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def _inline(environment: Environment, names: Iterable[str]) -> _Inline:
    assert environment.loader is not None
    sources = (environment.loader.get_source(environment, name)[0] for name in names)
    text = "\n".join(sources)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return _Inline(Markup(text), f"'sha256-{digest}'")


def _policy(style: _Inline, script: _Inline | None) -> str:
    scripts = script.source if script else "'none'"
    return (
        f"default-src 'none'; style-src {style.source}; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )
