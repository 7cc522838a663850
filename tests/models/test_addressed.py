"""Sentences that address a condition, and sentences that only name it."""

import pytest

from models.coding.addressed import says_addressed


@pytest.mark.parametrize(
    "text",
    [
        "GERD on PPI - keep",
        "HTN: cont amlodipine",
        "Hypothyroid, levothyroxine 50 mcg",
        "osteoporosis, next dose in fall, refill sent, recheck DXA",
        "cerumen - refer to ENT",
        "Eczema BID ointment",
        "HTN stable",
        "gout quiet",
    ],
)
def test_told(text: str):
    assert says_addressed(text)


@pytest.mark.parametrize(
    "text", ["GERD for ten years", "Hypertension.", "cataracts, hearing aids", "continuous murmur"]
)
def test_not_told(text: str):
    assert not says_addressed(text)
