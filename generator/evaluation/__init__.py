"""Evaluation: what a tuned model knows beside its base, and how sure that is."""
