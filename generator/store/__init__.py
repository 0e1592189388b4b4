"""The store: one SQLite file per workspace that holds every page fetched and every reply paid for."""

from __future__ import annotations

from generator.store.plans import Noted
from generator.store.store import SHORT_TOKENS, Experience, Store, open_store

__all__ = ["SHORT_TOKENS", "Experience", "Noted", "Store", "open_store"]
