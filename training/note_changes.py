"""Changes of a note's text that should leave its codes as they are, or exchange their sides."""

import random
import re
from collections.abc import Callable, Mapping

_TYPO_SHARE = 0.03
_SIDES = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "LEFT": "RIGHT", "RIGHT": "LEFT"}
_SIDES |= {"L": "R", "R": "L", "OD": "OS", "OS": "OD", "RLE": "LLE", "LLE": "RLE", "RUE": "LUE", "LUE": "RUE"}
_SIDE = re.compile(rf"\b(?:{'|'.join(_SIDES)})\b")
_HEADERS = {"Assessment": "Impression", "ASSESSMENT": "IMPRESSION", "A/P": "Assessment and Plan", "HPI": "History"}
_HEADER = re.compile(rf"^(?:{'|'.join(map(re.escape, _HEADERS))})(?=:)", re.MULTILINE)


def shout(text: str) -> str:
    return text.upper()


def ruffle(text: str) -> str:
    """Other line ends, blanks at the ends of lines."""
    return re.sub(r"\r?\n", "  \r\n", text)


def misspell(text: str) -> str:
    """Two neighbouring letters swapped in some of the longer words, the same ones each time."""
    dice = random.Random(len(text))  # noqa: S311 - which words are misspelt protects nothing

    def swap(match: re.Match[str]) -> str:
        word = match.group()
        at = dice.randrange(2, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :] if dice.random() < _TYPO_SHARE else word

    return re.sub(r"\b[a-z]{7,}\b", swap, text)


def rename_headers(text: str) -> str:
    return _HEADER.sub(lambda match: _HEADERS[match.group()], text)


def swap_sides(text: str) -> str:
    return _SIDE.sub(lambda match: _SIDES[match.group()], text)


KEEPING: Mapping[str, Callable[[str], str]] = {
    "upper case": shout,
    "line ends and blanks": ruffle,
    "letters swapped in 3 % of long words": misspell,
    "other names of headers": rename_headers,
}
