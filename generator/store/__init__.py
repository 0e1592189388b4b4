"""The store: one SQLite file per workspace that holds every page fetched and every reply paid for."""

from __future__ import annotations

from generator.store.store import Store, open_store

__all__ = ["Store", "open_store"]
