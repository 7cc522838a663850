"""Whether a visit stands beside what was done at it: modifiers 25 and 57.

The decision to do a minor procedure is part of the procedure; a visit is separate when it managed something else.
Source: NCCI Policy Manual, chapter 1, section D.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.catalogue import Catalogue
from data.services import GlobalPeriod
from data.suggestions import Evidence
from models.coding.procedures.lines import Line
from models.coding.procedures.reading import Reading
from models.coding.procedures.tokens import split_phrase, stem
from models.coding.procedures.visits.problems import Problem

SOURCE = "NCCI Policy Manual, chapter 1, section D; CPT appendix A, modifier 25"
# Sentences of a paragraph that tells of more than one thing.
_LONG = 5
_MINOR = (GlobalPeriod.ZERO, GlobalPeriod.TEN)
# Services without a post-operative period beside which a visit still needs modifier 25.
_ALSO_APART = frozenset(
    "vaccine_admin antibody_admin injection hydration therapeutic_infusion chemotherapy nebulizer inhaler_teaching"
    " spirometry allergy_shot allergy_test light_treatment stress_test oximetry walk_test feno fetal_tracing"
    " acupuncture strapping contraception preventive_visit wellness_visit cervical_screening port_care"
    " tb_skin_test".split()
)


@dataclass(frozen=True, slots=True)
class Apart:
    """What of a visit is separate from the procedures of the day. `needs` is the modifier that it takes, or empty."""

    problems: tuple[Problem, ...]
    own: tuple[Problem, ...]
    needs: str
    has_minor: bool


def tell_apart(
    problems: Sequence[Problem], lines: Iterable[Line], readings: Sequence[Reading], catalogue: Catalogue
) -> Apart:
    """Parts the problems into those that the procedures treat and the rest."""
    lines = list(lines)
    major = [line for line in lines if line.service.global_period is GlobalPeriod.NINETY]
    minor = [line for line in lines if line.service.global_period in _MINOR]
    others = [line for line in lines if line.service.family in _ALSO_APART]
    own = [problem for problem in problems if any(_treats(line, problem, readings, catalogue) for line in minor)]
    needs = "57" if major else "25" if minor or others else ""
    rest = tuple(problem for problem in problems if problem not in own)
    return Apart(rest, tuple(own), needs, bool(minor))


def _treats(line: Line, problem: Problem, readings: Sequence[Reading], catalogue: Catalogue) -> bool:
    """Whether the problem is one that the service is done for, or stands alone with it in one item of the note."""
    if any(_stand_together(piece, problem, readings) for piece in (line.event.names if line.event else ())):
        return True
    if _is_elsewhere(line, problem, readings):
        return False
    words = _stems(problem.evidence.quote)
    for indication in catalogue.families[line.service.family].indications:
        wanted = _stems(indication)
        if wanted <= words or words <= wanted:
            return True
    return False


def _is_elsewhere(line: Line, problem: Problem, readings: Sequence[Reading]) -> bool:
    """Whether the problem is told at other sites or on the other side than the service."""
    for attribute in ("site", "laterality"):
        told = {
            fact.value
            for reading in readings
            if reading.text.document_id == problem.item[0]
            for fact in reading.facts_by_item.get(problem.item[1], ())
            if fact.attribute == attribute
        }
        if told and line.text(attribute) and line.text(attribute) not in told:
            return True
    return False


def _stand_together(named: Evidence, problem: Problem, readings: Sequence[Reading]) -> bool:
    """Whether a name of the service stands in the problem's paragraph or list item; of a long one, in its sentence or
    one beside that."""
    reading = next((one for one in readings if one.text.document_id == named.document_id), None)
    item = reading.item_at(named.start) if reading else None
    if reading is None or item is None or problem.item != (named.document_id, item):
        return False
    sentences = [sentence for sentence, of in reading.items_of_sentences.items() if of == item]
    one, other = reading.sentence_at(named.start), reading.sentence_at(problem.evidence.start)
    if len(sentences) < _LONG or one is None or other is None:
        return True
    return abs(sentences.index(one) - sentences.index(other)) <= 1


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, split_phrase(text)))
