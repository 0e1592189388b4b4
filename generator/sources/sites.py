"""Addresses of wikis and the name under which we call on them."""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import requests

from generator.errors import Misconfigured

API_PATHS = ("/w/api.php", "/api.php", "/wiki/api.php")
"""Where wikis keep their API, most frequent first: Wikimedia's layout, the installer's, a folder."""

WIKIMEDIA = (
    "wikipedia.org", "wikimedia.org", "wiktionary.org", "wikibooks.org", "wikinews.org",
    "wikiquote.org", "wikisource.org", "wikiversity.org", "wikivoyage.org", "wikidata.org",
    "mediawiki.org", "wikifunctions.org",
)  # fmt: skip
"""Domains under the Wikimedia Foundation's user agent policy."""

# Codes of countries, and names, that people give for a language.
_MEANT = {
    "jp": "ja", "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "ua": "uk", "kr": "ko", "rs": "sr",
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es",
    "italian": "it", "japanese": "ja", "chinese": "zh", "arabic": "ar", "russian": "ru",
}  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2,12}(-[a-z]{2,12}){0,3}")
_CONTACT_BYTES = 200
_EMAIL = re.compile(r"[!-~]+@[!-~]+\.[!-~]+")
_WEB = re.compile(r"https?://[!-~]+\.[!-~]+")


class SiteAddress(NamedTuple):
    """Where a wiki may be reached."""

    host: str
    """With the port, where it has one."""
    apis: tuple[str, ...]
    """Addresses at which its API may be, to be tried in order."""


def site_for_language(code: str) -> str:
    """The Wikipedia in a language: `https://de.wikipedia.org` for `de`.

    Raises:
        Misconfigured: this is not the code of a language.
    """
    known = code.strip().lower()
    meant = _MEANT.get(known)
    if meant is None and not _LANGUAGE.fullmatch(known):
        base = re.match(r"[a-z]{2,3}(?=[-_.])", known)
        meant = base.group() if base else None
        if meant is None:
            raise Misconfigured(
                f"{code!r} is not a language code: give one as in the address of its Wikipedia,"
                " such as en, de, ja or zh-min-nan"
            )
    if meant is not None:
        raise Misconfigured(
            f"{code!r} is not a language code of Wikipedia; did you mean {meant!r}?"
        )
    return f"https://{known}.wikipedia.org"


def read_site(site: str) -> SiteAddress:
    """Where to look for the API of a wiki, given its address in any of the usual forms.

    `de.wikipedia.org`, `https://wiki.example/w/api.php`, the address of an article, and
    `http://127.0.0.1:8765` will all do.

    Raises:
        Misconfigured: this is no address of a wiki. Nothing secret in it is repeated.
    """
    parts = _split(site)
    host = parts.hostname or ""
    if is_wikimedia(parts):
        # Their plain and mobile addresses only lead to this one.
        scheme, place = "https", host.replace(".m.", ".")
    else:
        name = f"[{host}]" if ":" in host else host
        scheme, place = parts.scheme, f"{name}:{parts.port}" if parts.port else name
    apis = tuple(f"{scheme}://{place}{path}" for path in _api_paths(parts.path))
    return SiteAddress(place, apis)


def base_of(api: str) -> str:
    """The address that stands for a wiki in records: that of its API without the usual ending."""
    return api.removesuffix("/api.php").removesuffix("/w")


def read_web_address(text: str) -> SplitResult | None:
    """The parts of an address that others gave us, None where it is no address on the web."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and host else None


def is_wikimedia(site: str | SplitResult) -> bool:
    """Whether the Wikimedia Foundation's policies hold there."""
    host = (urlsplit(site) if isinstance(site, str) else site).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in WIKIMEDIA)


def is_loopback(host: str) -> bool:
    """Whether a host, with its port or without, is the machine itself."""
    found = re.fullmatch(r"\[?(.*?)\]?(:\d*)?", host)
    name = found[1] if found and not host.startswith("::") else host
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def user_agent(version: str, contact: str) -> str:
    """How we introduce ourselves: program, the operator's contact if given, library.

    The form is the one the Wikimedia Foundation asks for (User-Agent policy, as of 2026).

    Raises:
        Misconfigured: the contact is neither an e-mail address nor a web address.
    """
    contact = contact.strip()
    middle = f" ({check_contact(contact)})" if contact else ""
    return f"loremill/{version}{middle} python-requests/{requests.__version__}"


def check_contact(contact: str) -> str:
    """The contact, if people can be reached by it and a header can carry it."""
    fits = len(contact) <= _CONTACT_BYTES and not re.search(r"[()<>\\\"]", contact)
    if not fits or not (_EMAIL.fullmatch(contact) or _WEB.fullmatch(contact)):
        raise Misconfigured(
            f"the contact {contact[:_CONTACT_BYTES]!r} is neither an e-mail address nor a web"
            " address: give one of yours with --contact or LOREMILL_CONTACT, such as"
            " --contact you@your-domain.net"
        )
    return contact


def _split(site: str) -> SplitResult:
    text = site.strip()
    if "://" not in text:
        text = f"{'http' if _names_loopback(text) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port  # read here: a wrong one is only found when it is looked at
    except ValueError:
        raise _no_site("the address of the wiki cannot be read") from None
    if parts.username is not None or parts.password is not None:
        raise _no_site("the address of the wiki holds a user name or a password")
    if parts.scheme not in {"http", "https"}:
        raise _no_site(f"wikis are not read by {parts.scheme!r}")
    if port == 0 or not _is_host(parts.hostname or ""):
        raise _no_site(f"{site.strip()[:100]!r} is not the address of a wiki")
    return parts


def _names_loopback(text: str) -> bool:
    return is_loopback(re.split(r"[/?#]", text, maxsplit=1)[0])


def _is_host(host: str) -> bool:
    if ":" in host or is_loopback(host):
        return True
    return bool(re.fullmatch(r"[\w-]+(\.[\w-]+)*", host)) and len(host) <= 253


def _no_site(problem: str) -> Misconfigured:
    return Misconfigured(f"{problem}: give --site as in --site https://en.wikipedia.org")


def _api_paths(path: str) -> tuple[str, ...]:
    """Candidates for the API by the path of what was given."""
    if path.endswith("/api.php"):
        return (path,)
    if path.endswith("/index.php"):
        return (path.removesuffix("index.php") + "api.php",)
    folder = path.rstrip("/")
    if not folder or folder == "/w" or folder == "/wiki" or folder.startswith("/wiki/"):
        return API_PATHS
    return tuple(folder + name for name in ("/api.php", "/w/api.php"))
