"""Splits what people type, and what code sets print, into words."""

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+(?:['’][a-z]+)?|[0-9]+\.[0-9]+")
_PARTS = re.compile(r"[^\W\d_]+|[0-9]+")


def fold(text: str) -> str:
    """Lower case without accents: "Ménière" and "meniere" are the same."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def split_words(text: str) -> list[str]:
    """Runs of letters and digits of folded text."""
    return _RUN.findall(fold(text))


def split_parts(word: str) -> list[str]:
    """`ckd3` is ckd and 3."""
    return _PARTS.findall(word)
