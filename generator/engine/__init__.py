"""The engine: the plan of calls, and the only loop that makes them."""

from __future__ import annotations
