"""The rules on the gold notes, given the words of every label and every trap: floors under what was measured."""

from collections import Counter

import pytest
from spacy.tokens import Doc

from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.gold import GoldCase, GoldDiagnosis, Split, Trap, TrapReason, load_gold
from data.notes import Span
from data.suggestions import Evidence
from models.coding.assertion import assert_span
from models.coding.document import Sentence, read_note
from models.coding.guidelines import CodingContext, Draft, DraftMention, GuidelineOutcome, apply_guidelines
from models.coding.headers import SectionKind

Settled = list[tuple[GoldCase, GuidelineOutcome]]


@pytest.fixture(scope="module")
def settled(icd10cm: CodeSet) -> Settled:
    """Every training and tuning note with its labels and traps, all recognised with the same probability."""
    return [(case, _settle(case, icd10cm)) for case in load_gold(Split.TRAIN, Split.DEV)]


def _settle(case: GoldCase, icd10cm: CodeSet) -> GuidelineOutcome:
    encounter, labels = case.encounter, case.labels
    documents = tuple(read_note(note) for note in encounter.documents)
    by_id = {note.document_id: doc for note, doc in zip(encounter.documents, documents, strict=True)}
    drafts = [_draft(label, by_id) for label in (*labels.diagnoses, *labels.traps) if _is_diagnosis(label)]
    context = CodingContext(
        labels.profile, encounter.setting, encounter.date_of_service, encounter.patient, icd10cm, documents
    )
    return apply_guidelines(drafts, context)


def _is_diagnosis(label: GoldDiagnosis | Trap) -> bool:
    return isinstance(label, GoldDiagnosis) or label.system is CodeSystem.ICD10CM


def _draft(label: GoldDiagnosis | Trap, documents: dict[str, Doc]) -> Draft:
    code = label.code if isinstance(label, GoldDiagnosis) else Icd10Cm.parse(label.code)
    found = (_mention(evidence, documents[evidence.document_id], label) for evidence in label.evidence)
    return Draft(code, 0.8, tuple(found))


def _mention(evidence: Evidence, doc: Doc, label: GoldDiagnosis | Trap) -> DraftMention:
    sentence = next((s for s in doc._.sentences if s.span.start <= evidence.start < s.span.end), None)
    if sentence is None:
        return DraftMention(evidence)
    span = _without_cue(evidence, sentence) if isinstance(label, Trap) else Span(start=evidence.start, end=evidence.end)
    kind: SectionKind = sentence.section.kind
    return DraftMention(evidence, assert_span(span, sentence.scopes, kind), kind)


def _without_cue(evidence: Evidence, sentence: Sentence) -> Span:
    """A trap quotes its cue ("no pneumonia"); a recogniser finds what the cue speaks of."""
    for scope in (scope for scope in sentence.scopes if scope.kind != "managed"):
        start, end = max(evidence.start, scope.start), min(evidence.end, scope.end)
        if evidence.start <= scope.cue.start and scope.cue.end <= evidence.end and start < end:
            return Span(start=start, end=end)
    return Span(start=evidence.start, end=evidence.end)


def test_what_must_be_reported_is_kept(settled: Settled):
    required = [(case, out, d) for case, out in settled for d in case.labels.diagnoses if not d.is_optional]
    kept = [d for _, out, d in required if {code.compact for code in (d.code, *d.alternatives)} & out.codes]
    assert len(kept) / len(required) >= 0.98


@pytest.mark.parametrize(
    ("reason", "floor"),
    [
        (TrapReason.NEGATED, 0.9),
        (TrapReason.FAMILY, 0.95),
        (TrapReason.UNCERTAIN, 0.85),
        (TrapReason.INTEGRAL_SYMPTOM, 0.95),
        (TrapReason.HISTORICAL, 0.65),
        (TrapReason.SUPERSEDED, 0.7),
    ],
)
def test_traps_are_withheld(reason: TrapReason, floor: float, settled: Settled):
    traps = [
        Icd10Cm.parse(trap.code).compact in outcome.codes
        for case, outcome in settled
        for trap in case.labels.traps
        if _is_diagnosis(trap) and trap.reason is reason
    ]
    assert 1 - sum(traps) / len(traps) >= floor


def test_the_first_is_the_one_that_coders_list_first(settled: Settled):
    hits = Counter(
        outcome.drafts[0].code in (case.labels.diagnoses[0].code, *case.labels.diagnoses[0].alternatives)
        for case, outcome in settled
    )
    assert hits[True] / hits.total() >= 0.86


def test_rules_invent_little(settled: Settled):
    invented = [
        draft
        for case, outcome in settled
        for draft in outcome.drafts
        if draft.probability >= 0.5 and not _is_known(draft, case)
    ]
    assert len(invented) / len(settled) <= 0.03


def _is_known(draft: Draft, case: GoldCase) -> bool:
    labelled = {code for d in case.labels.diagnoses for code in (d.code, *d.alternatives)}
    return draft.code in labelled or draft.code.dotted in {trap.code for trap in case.labels.traps}


def test_words_of_every_draft_are_words_of_the_note(settled: Settled):
    for case, outcome in settled:
        texts = {note.document_id: note.text for note in case.encounter.documents}
        for evidence in (e for draft in outcome.drafts for e in draft.evidence):
            assert texts[evidence.document_id][evidence.start : evidence.end] == evidence.quote
