"""Regions of the spine and body that hands-on treatment is counted by: "C5, T6, L4-5" are three."""

from models.coding.procedures.mentions import Mention
from models.coding.procedures.reading import Reading
from models.coding.procedures.tokens import Tokens

# Families that are chosen by the number of regions treated.
COUNTED = frozenset({"chiropractic", "osteopathic"})
_LETTERS = {"c": "cervical", "t": "thoracic", "l": "lumbar", "s": "sacral"}
_WORDS = {
    "cervical": "cervical", "neck": "cervical", "atlas": "cervical", "occiput": "cervical", "thoracic": "thoracic",
    "lumbar": "lumbar", "lumbosacral": "lumbar", "sacral": "sacral", "sacrum": "sacral", "sacroiliac": "pelvic",
    "si": "pelvic", "ilium": "pelvic", "pelvis": "pelvic", "pelvic": "pelvic", "innominate": "pelvic",
}  # fmt: skip
_SPINE = 12


def count_regions(mention: Mention, reading: Reading) -> int:
    """The different regions that the paragraph or list item of the mention names; 0 when it names none."""
    tokens = reading.tokens
    item = tokens.items[mention.first]
    named = {_region(index, tokens) for index, number in enumerate(tokens.items) if number == item}
    return len(named - {None})


def _region(index: int, tokens: Tokens) -> str | None:
    """That of a word, or of a vertebra: a letter with its number right behind."""
    word = tokens.words[index]
    if word not in _LETTERS:
        return _WORDS.get(word)
    is_followed = index + 1 < len(tokens) and tokens.starts[index + 1] == tokens.ends[index]
    number = tokens.words[index + 1] if is_followed else ""
    return _LETTERS[word] if number.isdigit() and 0 < int(number) <= _SPINE else None
