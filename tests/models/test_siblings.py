"""The codes of a category, told apart by what a sentence says of side, site, degree, and what is with or without."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codeset import CodeSet
from models.coding.siblings import Families
from models.coding.words import read_words

BEST = [
    ("Stage 2 pressure ulcer of the sacrum", "L89152"),
    ("stage III pressure ulcer, left heel", "L89623"),
    ("severe persistent asthma with exacerbation", "J4551"),
    ("mild intermittent asthma, no flare", "J4521"),
    ("type 1 diabetes with hyperglycemia", "E1065"),
    ("acute suppurative otitis media, right ear", "H66001"),
    ("transverse colon adenoma", "D123"),
    ("adenocarcinoma of the right upper lobe", "C3411"),
    ("closed nondisplaced fracture of the distal phalanx of the right middle finger", "S62662A"),
    ("primary osteoarthritis of the left knee", "M1712"),
    ("diverticulitis of the large intestine with perforation and abscess", "K5720"),
    ("migraine with aura, intractable, with status migrainosus", "G43111"),
]


@pytest.fixture(scope="module")
def families(icd10cm: CodeSet) -> Families:
    return Families(icd10cm)


@pytest.mark.parametrize(("sentence", "code"), BEST)
def test_the_words_fit_one_code_best(families: Families, sentence: str, code: str) -> None:
    family = families.get(code[:3])
    fit = family.compare(read_words(sentence).stems).fit
    best = {name for name, row in family.codes.items() if fit[row] == fit.max()}
    assert code in best
    assert {name[:6] for name in best} == {code[:6]}


@pytest.mark.parametrize(
    ("sentence", "code", "other"),
    [
        ("asthma, moderate persistent", "J4540", "J4541"),
        ("diverticulitis with bleeding", "K5733", "K5732"),
    ],
)
def test_what_a_title_excludes_counts_against_it(families: Families, sentence: str, code: str, other: str) -> None:
    family = families.get(code[:3])
    fit = family.compare(read_words(sentence).stems).fit
    assert fit[family.codes[code]] > fit[family.codes[other]]


def test_later_encounters_are_left_to_the_rules(families: Families) -> None:
    assert {code[-1] for code in families.get("S62").codes} == {"A", "B"}


def test_a_category_without_children_has_itself(families: Families) -> None:
    assert list(families.get("I10").codes) == ["I10"]


@given(st.sets(st.sampled_from(["left", "right", "knee", "bilateral", "primary", "posttraumatic", "hip"])))
def test_bounds_and_leads(families: Families, words: set[str]) -> None:
    family = families.get("M17")
    compared = family.compare(read_words(" ".join(sorted(words))).stems)
    weight = family.wanted.sum(axis=0)
    assert np.allclose(compared.stated + compared.unstated, weight, atol=1e-5)
    assert (compared.lead > 0).sum() <= 1
    assert compared.lead.max() >= 0
