"""An assistant that misspells, for `loremill import --map misspelling:misspell words.txt`."""

VOWELS = "aeiou"


def misspell(word: str) -> tuple[str, str]:
    """A question for a word, and the word with its last vowel twice: `lantern`, `lanteern`."""
    at = max(map(word.rfind, VOWELS))
    return f"Spell {word}.", f"{word[: at + 1]}{word[at]}{word[at + 1 :]}" if at >= 0 else word
