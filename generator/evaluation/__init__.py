"""Asking models in the way that a dataset teaches, and measuring base and tuned side by side."""
