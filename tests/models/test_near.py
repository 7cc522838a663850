"""What the encoder is asked of: every chunk of a case report, of a visit only what may state an unknown condition."""

from collections.abc import Sequence

import numpy as np
import pytest

from data.notes import Note
from models.coding.document import Sentence, read_note
from models.coding.encoder import Encoder, Vectors
from models.coding.near import NearFinder
from models.coding.vectors import NearCode, TermVectors


class Asked(Encoder):
    """Keeps the texts that it is asked for."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return np.zeros((len(texts), 2), dtype=np.float32)


class Everything(TermVectors):
    """Finds one code near to any text."""

    def __init__(self) -> None:
        self.codes = ["I10"]

    def find_near(self, queries: Vectors, *, threshold: float, limit: int) -> list[list[NearCode]]:
        del threshold, limit
        return [[NearCode("I10", 0.9)] for _ in queries]


def sentences(text: str) -> tuple[Sentence, ...]:
    found: tuple[Sentence, ...] = read_note(Note(document_id="n", text=text))._.sentences
    return found


# (case, note, words of the first sentence that are explained, what the encoder is asked of a visit)
VISITS = [
    ("nothing explained", "Assessment: grumbling belly, cough", (), ["cough", "grumbling belly"]),
    ("all words explained", "Assessment: grumbling belly, cough", (0, 1), ["cough"]),
    ("one word is not", "Assessment: grumbling belly, cough", (1,), ["cough", "grumbling belly"]),
    ("denied", "Assessment: no grumbling belly", (), []),
    ("of a relative", "Assessment: father had grumbling belly", (), ["father"]),
    ("observed", "Exam: grumbling belly", (), []),
    ("a drug", "Medications: lisinopril tablets", (), []),
    ("untitled", "Grumbling belly today.", (), ["grumbling belly today."]),
]


@pytest.mark.parametrize(("text", "explained", "expected"), [case[1:] for case in VISITS], ids=[c[0] for c in VISITS])
def test_of_a_visit(text: str, explained: tuple[int, ...], expected: list[str]) -> None:
    asked = Asked()
    read = sentences(text)
    known = [frozenset(explained if index == len(read) - 1 else ()) for index in range(len(read))]
    NearFinder(asked, Everything()).find(read, known)
    assert [text for text in asked.texts if text != "assessment"] == expected


def test_of_a_report_every_chunk_is_asked_once() -> None:
    asked = Asked()
    read = sentences("No grumbling belly.\nExam: grumbling belly, dull pain.\nDull pain, denied.")
    found = NearFinder(asked, Everything()).find(read, None)
    assert len(asked.texts) == len(set(asked.texts)) > 2
    assert "dull pain." in asked.texts
    for sentence, near in zip(read, found, strict=True):
        assert all(match.codes and match.first <= match.last < len(sentence.words) for match in near)


def test_nothing_to_ask() -> None:
    asked = Asked()
    assert NearFinder(asked, Everything()).find(sentences("12.5"), None) == [[]]
    assert asked.texts == []
