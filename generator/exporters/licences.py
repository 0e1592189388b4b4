"""What pages say of their licence, in the identifiers that dataset hubs know."""

from __future__ import annotations

import re

from generator.exporters.info import PageRecord

_CC_URL = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", re.IGNORECASE)
_CC_NAME = re.compile(
    r"(?:cc[ -]by[ -]sa|attribution[ -]share[ -]?alike)[ -]*v?(\d\.\d)", re.IGNORECASE
)


def licence_id(page: PageRecord) -> str:
    """`cc-by-sa-4.0` and the like, `other` for one that has no identifier, `unknown` for none."""
    said = f"{page.license_url} {page.license}".strip()
    if found := _CC_URL.search(said):
        return f"cc-{found[1].lower()}-{found[2]}"
    if found := _CC_NAME.search(said):
        return f"cc-by-sa-{found[1]}"
    if "publicdomain/zero/1.0" in said or "CC0" in said:
        return "cc0-1.0"
    if "gnu.org/licenses/fdl" in said or "GNU Free Documentation" in said or "GFDL" in said:
        return "gfdl"
    return "other" if said else "unknown"


def is_share_alike(licence: str) -> bool:
    """True where works made from the text must carry the same licence."""
    return "-sa-" in licence or licence == "gfdl"
