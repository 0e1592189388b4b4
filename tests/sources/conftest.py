"""The loopback wiki for the tests of sources."""

from __future__ import annotations

from tests.mediawiki.plugin import wiki

__all__ = ["wiki"]
