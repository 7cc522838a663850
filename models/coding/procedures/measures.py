"""Numbers of things as notes write them: sizes, areas, counts and views."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Measure(NamedTuple):
    """`attribute` is `value` by text[start:end]: sizes in cm, areas in sq cm, times in minutes; doses keep `unit`."""

    attribute: str
    value: float
    start: int
    end: int
    unit: str = ""


_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_UP_TO_NINE = list(enumerate(_NUMBER_WORDS[:9], 1))
_WORDS = (
    {word: number for number, word in enumerate(_NUMBER_WORDS, 1)}
    | {"a": 1, "an": 1, "single": 1, "both": 2, **_TENS}
    | {f"{ten} {one}": value + number for ten, value in _TENS.items() for number, one in _UP_TO_NINE}
)


def _any_of(words: Iterable[str]) -> str:
    """A pattern of the words, the longest that fits first, which reads each beginning once: dozens of alternatives at
    each word of a note take five times as long."""
    rests: dict[str, list[str]] = defaultdict(list)
    for word in words:
        rests[word[:1]].append(word[1:])
    ending = "?" if rests.pop("", None) else ""
    parts = [first.replace(" ", r"[-\s]") + _any_of(own) for first, own in rests.items()]
    return f"(?:{'|'.join(parts)}){ending}" if parts else ""


NUMBER = r"(?:\d{1,4}(?:\.\d{1,3})?|\.\d{1,2})"
NUMBER_WORD = _any_of(word for word in _WORDS if len(word) > 2)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE)


_BY = r"\s*(?:cm|mm)?\s*(?:x|×|by)\s*"
_SIZE = _compile(
    rf"({NUMBER})(?:{_BY}({NUMBER}))?(?:{_BY}({NUMBER}))?[\s-]*(cm|mm|centimeters?|millimeters?)\b(?!\s*(?:2|²|punch))"
)
_AREA = _compile(rf"({NUMBER})\s*(?:sq(?:uare)?\.?\s*(?:cm|centimeters?)|cm\s?(?:2|²|\^2))")
_MARGIN_AFTER = _compile(r"^\W*(?:(?:clinical|surgical|circumferential|peripheral)\s+)?margins?")
_MARGIN_BEFORE = _compile(r"margins?\s+(?:of\s+)?$")
_EXCISED_BEFORE = _compile(
    r"(?:excised|total|overall)\s+(?:excised\s+)?(?:diameter|size|excision)\s*(?:of|was|is|:|=|\s)*$"
)
_EXCISED_AFTER = _compile(r"^\s*(?:total\s+)?(?:excised\s+diameter|including\s+margins|with\s+margins\s+included)")
_WOUND_WORDS = r"(?:lac(?:eration)?s?|wounds?|repairs?|closures?|defects?|incisions?|cuts?|suture\s+line)\b"
_WOUND_AFTER = _compile(rf"^[\s,]*(?:(?!and\b)[a-z-]+\s+){{0,3}}?{_WOUND_WORDS}")
_WOUND_BEFORE = _compile(
    rf"""{_WOUND_WORDS}\s*(?:length|repaired|measur\w+|of|was|is|size|final|total|:|,|\(
    |approximately|about|~|\s)*$"""
)
_HERNIA = _compile(r"\b(?:hernia|fascial\s+defect)")
_GROWTH_AFTER = _compile(
    r"""^[\s,]*(?:(?!and\b)[a-z-]+\s+){0,4}?(?:lesions?|cysts?|nev\w+|mass|mole|carcinoma|bcc|scc|lipoma|plaque|papule
    |nodule|growth|melanoma|polyps?|keratosis|tumou?r|macule|tag)\b"""
)
_THINGS = r"""(?:lesions?|aks?|keratos[ei]s|warts?|verrucae?|tags?|acrochordons?|nails?|toenails?|spots?|moles?
    |biops(?:y|ies)|nev[ui]s?|areas?|muscles?|regions?|sites?|levels?|injections?|callus(?:es)?|corns?|mollusc\w+
    |papules?|macules?|allergens?|pricks?|tests?|studies|nerves?|stages?|polyps?|growths?|doses?|instruments?|screens?
    |questionnaires?)"""
_NOT_BETWEEN = r"(?:cm|mm|mg|ml|cc|mcg|views?|days?|weeks?|months?|years?|min|hours?|to\b|of\b|and\b|or\b|x\b)"
_COUNT = _compile(rf"(?<![\d.,/-])\b(\d{{1,3}}|{NUMBER_WORD})\s+(?:(?!{_NOT_BETWEEN})[a-z-]+\s+){{0,3}}?{_THINGS}\b")
_TIMES = _compile(
    r"""(?<![\w.])[x×]\s?(\d{1,2})\b(?!\s*(?:\d|[./]\d|cm|mm|days?|d\b|wks?|weeks?|months?|mos?\b|yrs?|years?|hours?
    |hrs?|min|refills?|doses?\s+daily))"""
)
_TOTAL = _compile(
    rf"\btotal\s(?:of\s|number\sof\s\w+:?\s?)?(\d{{1,3}}|{NUMBER_WORD})\b(?!\s*(?:min|hour|mg|ml|cc|cm|mm))"
)
# Lists of gaps between spine bones ("L4-5 and L5-S1" are two levels) and of facet nerves (three serve two joints).
_GAP = r"[CTL]\d{1,2}\s?[-/]\s?(?:[CTL]\d{1,2}|S1|\d{1,2})(?![\d/])"
_NERVE = r"[CTLS]\d{1,2}"
_LISTED = r"\s*(?:,\s*and|,|and|&|\+)\s*(?:the\s+)?"
_LEVELS = _compile(rf"\b{_GAP}(?:{_LISTED}{_GAP})+")
_NERVES = _compile(
    rf"""\b{_NERVE}(?:{_LISTED}{_NERVE})*\s+(?:medial\s+branch\w*|mbb){_LISTED}{_NERVE}\s+dorsal\s+ram\w+
    |\b{_NERVE}(?:{_LISTED}{_NERVE})+(?=\s+(?:medial\s+branch|mbb))"""
)
_STANCE = r"(?:(?:non\s?-?)?(?:weight\s?-?bearing|standing|wb|new|plain|repeat|digital|orthogonal|upright)\s+){0,2}"
_VIEWS = _compile(
    rf"\b(\d|{NUMBER_WORD})(?:\s*(?:-|to|or|and)\s*(\d|{NUMBER_WORD}))?[\s-]*(?:\+\s*)?{_STANCE}(?:view|vw|v\b)s?"
)
_THIRD_VIEW = r"(?:oblique|mortise|sunrise|odontoid|axillary|merchant|scaphoid|skyline)"
_FRONT = r"\b(?:AP|PA)\s*(?:,|/|and|&|\+)?\s*(?:and\s+)?"
_AND = r"\s*(?:,|/|and|&)+\s*(?:and\s+)?"
_PROJECTIONS = (
    (_compile(rf"{_FRONT}lat(?:eral)?{_AND}{_THIRD_VIEW}\w*"), 3),
    (_compile(rf"{_FRONT}(?:oblique|mortise|sunrise)s?{_AND}lat(?:eral)?\b"), 3),
    (_compile(rf"{_FRONT}lat(?:eral)?\b"), 2),
    (_compile(r"\bfrontal\s+and\s+lateral\b"), 2),
    (_compile(r"\b(?:portable|AP\s+only)\b"), 1),
)


def find_measures(text: str) -> Iterator[Measure]:
    """Sizes, areas, counts and views, in no particular order."""
    yield from _sizes(text)
    for match in _AREA.finditer(text):
        yield Measure("area_sqcm", float(match[1]), match.start(), match.end())
    yield from _counts(text)
    yield from _views(text)


def read_number(text: str) -> float:
    """A number in digits or words."""
    word = re.sub(r"[-\s]", " ", text.lower())
    return float(_WORDS[word]) if word in _WORDS else float(text)


def _sizes(text: str) -> Iterator[Measure]:
    """Sizes of growths and lengths of wounds; one that the words around don't tell apart is both."""
    for match in _SIZE.finditer(text):
        factor = 0.1 if match[4].lower().startswith("m") else 1.0
        sides = [round(float(side) * factor, 3) for side in match.groups()[:3] if side]
        for attribute in _size_attributes(text, match):
            yield Measure(attribute, max(sides), match.start(), match.end())
        if len(sides) > 1:
            yield Measure("area_sqcm", round(sides[0] * sides[1], 3), match.start(), match.end())


def _size_attributes(text: str, match: re.Match[str]) -> tuple[str, ...]:
    after = text[match.end() : match.end() + 40]
    before = text[max(0, match.start() - 40) : match.start()]
    if _MARGIN_AFTER.match(after) or _MARGIN_BEFORE.search(before):
        return ("margin_cm",)
    if _EXCISED_BEFORE.search(before) or _EXCISED_AFTER.match(after):
        return ("excised_cm",)
    if _HERNIA.search(before) or _HERNIA.search(after):
        return ("size_cm",)
    if _WOUND_AFTER.match(after) or _WOUND_BEFORE.search(before):
        return ("length_cm",)
    return ("size_cm",) if _GROWTH_AFTER.match(after) else ("size_cm", "length_cm")


def _counts(text: str) -> Iterator[Measure]:
    for match in _COUNT.finditer(text):
        yield Measure("count", read_number(match[1]), match.start(), match.end())
    for match in _TIMES.finditer(text):
        yield Measure("count", float(match[1]), match.start(), match.end())
    for pattern, unit, joined in ((_LEVELS, _GAP, 0), (_NERVES, _NERVE, 1)):
        for match in pattern.finditer(text):
            number = len(re.findall(unit, match.group(), re.IGNORECASE)) - joined
            yield Measure("count", float(number), match.start(), match.end())
    for match in _TOTAL.finditer(text):
        yield Measure("total_count", read_number(match[1]), match.start(), match.end())


def _views(text: str) -> Iterator[Measure]:
    """Views by number, else by their projections: "AP and lateral" are two."""
    for match in _VIEWS.finditer(text):
        yield Measure("views", read_number(match[2] or match[1]), match.start(), match.end())
    taken: list[tuple[int, int]] = []
    for pattern, views in _PROJECTIONS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or end <= match.start() for start, end in taken):
                taken.append(match.span())
                yield Measure("views", float(views), match.start(), match.end())
