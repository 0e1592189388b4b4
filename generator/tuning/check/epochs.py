"""How often a provider goes through the examples where nobody says how often."""

from __future__ import annotations

TARGET = 3
LEAST_SEEN, MOST_SEEN = 100, 25_000
MOST_EPOCHS = 25


def default_epochs(examples: int) -> int:
    """The rule of OpenAI's cookbook (`Chat_finetuning_data_prep`): three times, but such that examples
    times epochs is in 100 … 25,000, and 1 … 25 times.

    Rounded down, as there: 30 examples are seen 90 times. Others choose otherwise; none has published a rule.
    """
    if examples <= 0:
        return TARGET
    if examples * TARGET < LEAST_SEEN:
        return min(MOST_EPOCHS, LEAST_SEEN // examples)
    if examples * TARGET > MOST_SEEN:
        return max(1, MOST_SEEN // examples)
    return TARGET
