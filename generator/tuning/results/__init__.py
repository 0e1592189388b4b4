"""What a tuning job left, read in every dialect into one table, told in words and drawn as curves."""

from __future__ import annotations
