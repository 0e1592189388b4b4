"""Where a line begins, asked for one place at a time."""

_LOOK_BACK = 200


def begins_line(text: str, at: int) -> bool:
    """Whether only blanks stand between the beginning of the line and `at`."""
    first = max(0, at - _LOOK_BACK)
    before = text[first:at]
    newline = before.rfind("\n")
    return not before[newline + 1 :].strip() and (newline >= 0 or first == 0)
