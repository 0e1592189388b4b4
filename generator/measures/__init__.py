"""Measures of pairs: how much of a passage they cover, how they repeat, how long and how varied they are.

Pure and without a model. The formulas and what the figures are good for are in `docs/measures.md`.
"""
