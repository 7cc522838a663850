"""Short notes cut out of long ones: the assessment alone, and one line of it.

People also paste only that, and a ranker that knows whole notes alone takes what is short for what is unimportant.
"""

from collections.abc import Iterator

from data.gold import GoldCase, GoldDiagnosis
from data.notes import Note
from models.coding.document import read_note
from models.coding.headers import JUDGED
from models.coding.sections import find_sections

_LEAST, _MOST = 20, 0.8


def cut_short(case: GoldCase) -> Iterator[GoldCase]:
    """The cases that are cut out of a case, under its own name, so that they stay in its fold."""
    for note in case.encounter.documents:
        judged = [section.span.slice(note.text) for section in find_sections(note.text) if section.kind in JUDGED]
        text = "".join(judged)
        if _LEAST <= len(text) <= _MOST * len(note.text):
            yield _keep(case, note, text)
        line = _find_line(case, note)
        if line:
            yield _keep(case, note, f"Assessment: {line}\n")


def _keep(case: GoldCase, note: Note, text: str) -> GoldCase:
    """The case with nothing but the text; a diagnosis whose words are gone counts neither way."""
    kept = tuple(
        diagnosis if _is_said(diagnosis, text) else diagnosis.model_copy(update={"is_optional": True})
        for diagnosis in case.labels.diagnoses
    )
    document = note.model_copy(update={"text": text})
    return case.model_copy(
        update={
            "encounter": case.encounter.model_copy(update={"documents": (document,)}),
            "labels": case.labels.model_copy(update={"diagnoses": kept}),
        }
    )


def _is_said(diagnosis: GoldDiagnosis, text: str) -> bool:
    return any(evidence.quote in text for evidence in diagnosis.evidence)


def _find_line(case: GoldCase, note: Note) -> str | None:
    """The first sentence of a judging section that holds the words of a required diagnosis."""
    required = [diagnosis for diagnosis in case.labels.diagnoses if not diagnosis.is_optional]
    for sentence in read_note(note)._.sentences:
        if sentence.section.kind in JUDGED and any(_is_said(one, sentence.quote) for one in required):
            return str(sentence.quote).strip()
    return None
