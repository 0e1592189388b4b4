"""Loremill: from an article title to a dataset that makes a model a domain expert."""

from __future__ import annotations
