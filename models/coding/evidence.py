"""The words that support a code, taken from the mentions that produced it: exact by construction."""

from collections.abc import Iterable, Sequence

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.suggestions import Alternative, Evidence
from models.coding.candidates import Mention
from models.coding.recognize import RecognizedCode

MAX_EVIDENCE = 3
MAX_ALTERNATIVES = 3


def quote(mention: Mention) -> Evidence:
    span = mention.span
    return Evidence(
        document_id=mention.document_id, start=span.start, end=span.end, quote=span.slice(mention.sentence.text)
    )


def quote_mentions(mentions: Iterable[Mention]) -> tuple[Evidence, ...]:
    """The first few places, each once."""
    first: dict[tuple[str, int, int], Mention] = {}
    for mention in mentions:
        first.setdefault((mention.document_id, mention.span.start, mention.span.end), mention)
    return tuple(quote(mention) for mention in list(first.values())[:MAX_EVIDENCE])


def find_alternatives(
    found: RecognizedCode, others: Sequence[RecognizedCode], code_set: CodeSet
) -> tuple[Alternative, ...]:
    """The likeliest other readings of the same words, or of the same three-character category; `others` by rank."""
    rivals = (other for other in others if other.code != found.code and _is_rival(found, other))
    return tuple(
        Alternative(code=Icd10Cm(rival.code).dotted, term=code_set.get(rival.code).term, probability=rival.probability)
        for rival in rivals
        if code_set.is_billable(rival.code)
    )[:MAX_ALTERNATIVES]


def _is_rival(found: RecognizedCode, other: RecognizedCode) -> bool:
    mine, theirs = found.mentions[0], other.mentions[0]
    shares_words = (mine.document_id, mine.span) == (theirs.document_id, theirs.span)
    return shares_words or found.code[:3] == other.code[:3]
