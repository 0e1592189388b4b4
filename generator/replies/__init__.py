"""From the text of a model's reply to pairs and defects: pure, linear in time, never raises."""

from generator.replies.read import read_reply

__all__ = ["read_reply"]
