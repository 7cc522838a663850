"""What is found by its category is resolved to the code that the sentence's details name."""

import numpy as np
import pytest

from data.codeset import CodeSet
from data.notes import Note, Span
from models.coding.assertion import assert_span
from models.coding.candidates import Mention
from models.coding.document import read_note
from models.coding.features import CodeFeature
from models.coding.recognize import RecognizedCode
from models.coding.resolve import ResolvedCode, Resolver
from models.coding.siblings import Families


@pytest.fixture(scope="module")
def resolver(icd10cm: CodeSet) -> Resolver:
    return Resolver(Families(icd10cm))


def recognize(text: str, words: str, code: str, score: float = 0.5) -> RecognizedCode:
    """As if `words` had named `code` at its first place in the text."""
    doc = read_note(Note(document_id="d1", text=text))
    start = text.index(words)
    index, sentence = next((i, one) for i, one in enumerate(doc._.sentences) if one.span.start <= start < one.span.end)
    span = Span(start=start, end=start + len(words))
    assertion = assert_span(span, sentence.scopes, sentence.section.kind)
    mention = Mention(code, "d1", index, span, sentence, assertion)
    return RecognizedCode(code, score, (mention,), (score,), np.zeros(len(CodeFeature), dtype=np.float32))


def derived(resolved: list[ResolvedCode]) -> dict[str, ResolvedCode]:
    return {one.found.code: one for one in resolved if one.is_derived}


def test_details_name_a_code_that_nothing_else_found(resolver: Resolver) -> None:
    text = "Skin: Stage 2 pressure ulcer of the sacrum, clean."
    found = recognize(text, "pressure ulcer", "L8990")
    resolved = resolver.resolve([found])
    assert resolved[0].found is found
    best = derived(resolved)["L89152"]
    (mention,) = best.found.mentions
    assert mention.span.slice(text) == "Stage 2 pressure ulcer of the sacrum"
    assert best.detail is not None
    assert best.detail.lead > 0
    assert best.found.probability == 0


def test_what_is_known_is_not_derived_again(resolver: Resolver) -> None:
    text = "Stage 2 pressure ulcer of the sacrum."
    resolved = resolver.resolve([recognize(text, "pressure ulcer", "L89152")])
    assert "L89152" not in derived(resolved)
    detail = resolved[0].detail
    assert detail is not None
    assert detail.lead > 0


def test_negated_words_state_nothing(resolver: Resolver) -> None:
    with_it = resolver.resolve([recognize("Migraine with aura.", "Migraine", "G43909")])
    without = resolver.resolve([recognize("Migraine, no aura.", "Migraine", "G43909")])
    assert any(code.startswith("G431") for code in derived(with_it))
    assert not any(code.startswith("G431") for code in derived(without))


def test_faint_mentions_are_not_looked_into(resolver: Resolver) -> None:
    text = "Stage 2 pressure ulcer of the sacrum."
    (only,) = resolver.resolve([recognize(text, "pressure ulcer", "L8990", score=0.001)])
    assert only.detail is None


def test_nothing_found_is_nothing_resolved(resolver: Resolver) -> None:
    assert resolver.resolve([]) == []


@pytest.mark.parametrize(("part", "is_borrowed"), [("knee", True), ("ear", False)])
def test_a_side_is_borrowed_from_the_same_part(resolver: Resolver, part: str, is_borrowed: bool) -> None:
    text = f"R {part}: pain.\nAssessment: MCL sprain."
    resolved = resolver.resolve(
        [recognize(text, "MCL sprain", "S83419A"), recognize(text, "pain", "M25561", score=0.1)]
    )
    detail = derived(resolved)["S83411A"].detail
    assert detail is not None
    assert (detail.lead > 0) is is_borrowed


def test_what_notes_write_for_the_words_of_titles(resolver: Resolver) -> None:
    text = "Discitis at L3-4."
    assert "M4646" in derived(resolver.resolve([recognize(text, "Discitis", "M4640")]))
