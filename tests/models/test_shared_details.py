"""Details are borrowed from the rest of a note where it gives one answer, and only for the same part of the body."""

import pytest

from data.codeset import CodeSet
from models.coding.shared_details import SharedDetails
from models.coding.siblings import Families
from models.coding.words import read_words

# (other sentences, sentence, category, borrowed words)
CASES = [
    (["R knee: medial pain"], "Grade 1 sprain of the medial collateral ligament", "S83", "right"),
    (["MRI LEFT KNEE WITHOUT CONTRAST"], "Complete ligament tear", "S83", "left"),
    (["R knee: medial pain", "L knee normal"], "Sprain of a ligament", "S83", ""),
    (["L ring finger droops"], "Sprain of a ligament", "S83", ""),
    (["R knee: medial pain"], "Sprain of a ligament, left", "S83", ""),
    (["right arm BP 120/80"], "Sprain of a ligament of the knee", "S83", ""),
    (["foot, R"], "Nondisplaced fracture of the fifth metatarsal", "S92", "right"),
    (["nondisplaced, right foot"], "Fracture of the fifth metatarsal", "S92", "right nondisplaced"),
    (["no other injury"], "Fracture of the fifth metatarsal", "S92", "displaced"),
    (["displaced toe", "nondisplaced metatarsal"], "Fracture of the fifth metatarsal", "S92", "displaced"),
    (["left chest pain"], "Migraine", "G43", ""),
]


@pytest.mark.parametrize(("others", "sentence", "category", "borrowed"), CASES)
def test_borrowed(icd10cm: CodeSet, others: list[str], sentence: str, category: str, borrowed: str) -> None:
    shared = SharedDetails()
    for text in (*others, sentence):
        shared.read(read_words(text).stems)
    vocabulary = Families(icd10cm).get(category).words
    stems = set(read_words(sentence).stems)
    assert shared.borrow(category, stems, vocabulary) == set(read_words(borrowed).stems)
