"""Sentences that say what is done about something, and sentences that only tell of it."""

import pytest

from models.coding.treatment import names_treatment


@pytest.mark.parametrize(
    "text",
    [
        "GERD on PPI - keep",
        "HTN: cont amlodipine",
        "Hypothyroid, levothyroxine 50 mcg",
        "osteoporosis, next dose in fall, refill sent, recheck DXA",
        "cerumen - refer to ENT",
        "Eczema BID ointment",
    ],
)
def test_told(text: str):
    assert names_treatment(text)


@pytest.mark.parametrize("text", ["GERD for ten years", "Hypertension.", "cataracts, hearing aids", "continuous murmur"])
def test_not_told(text: str):
    assert not names_treatment(text)
