"""Says a term in other words, so that codes with a single title are learned too."""

import re
from random import Random

from data.reference.rows import read_rows

_HOLLOW = re.compile(
    r"\b(?:unspecified|not elsewhere classified|not otherwise specified|other specified|specified|nos|nec"
    r"|(?:initial|subsequent) encounter(?: for [a-z ]*)?|sequela|disease|disorder)\b"
)
_OF = re.compile(r"^(?P<what>.{3,60}?) of (?:the )?(?P<where>.{3,60})$")
_LONG_WORD = 6


def _read_variants() -> dict[str, list[str]]:
    families: dict[str, set[str]] = {}
    for row in read_rows("word_variants.tsv"):
        families.setdefault(row["canonical"], {row["canonical"]}).add(row["word"])
    return {word: sorted(family - {word}) for family in families.values() for word in sorted(family) if len(family) > 1}


_VARIANTS = _read_variants()


def reword(text: str, random: Random) -> str:
    """The same meaning: hollow words dropped, "a of b" as "b a", a synonym or a slip of the pen."""
    if random.random() < 0.5:
        text = " ".join(_HOLLOW.sub(" ", text).split()) or text
    if random.random() < 0.5 and (match := _OF.match(text)):
        text = f"{match['where']} {match['what']}"
    words = text.split()
    if random.random() < 0.5:
        words = [random.choice(_VARIANTS[word]) if word in _VARIANTS else word for word in words]
    if random.random() < 0.1:
        words = _slip(words, random)
    return " ".join(words)


def _slip(words: list[str], random: Random) -> list[str]:
    """Two letters of a long word change places, or one is left out."""
    long = [index for index, word in enumerate(words) if len(word) >= _LONG_WORD]
    if not long:
        return words
    index = random.choice(long)
    word = words[index]
    at = random.randrange(1, len(word) - 2)
    changed = (
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] if random.random() < 0.5 else word[:at] + word[at + 1 :]
    )
    return [*words[:index], changed, *words[index + 1 :]]
