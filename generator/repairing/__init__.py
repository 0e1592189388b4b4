"""Repairing pairs before they are dropped, and asking about what the pairs of a passage left out. Pure."""
