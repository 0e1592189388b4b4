"""Extension points: what a table of `"name": "module:attribute"` means, loaded when it is used."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from generator.errors import Misconfigured
from generator.names import nearest

_ADDRESS = re.compile(r"\w+(?:\.\w+)*:\w+(?:\.\w+)*")


def load(name: str, table: Mapping[str, str], *, what: str) -> Any:
    """The object behind a name in a table, or behind any `module:attribute` that a user wrote.

    Args:
        what: what the table holds, for the message: `check`, `format`.

    Raises:
        Misconfigured: no such name, module or attribute.
    """
    address = table.get(name, name)
    if not _ADDRESS.fullmatch(address):
        known = ", ".join(sorted(table))
        raise Misconfigured(f"no {what} {name!r}{nearest(name, table)} (known: {known})")
    module, _, attribute = address.partition(":")
    try:
        return attrgetter(attribute)(importlib.import_module(module))
    except (ImportError, AttributeError) as exc:
        raise Misconfigured(f"{what} {name!r} cannot be loaded: {exc}") from exc
