"""What payers judge of a line one by one: a record of denials shows where it applies, and not one step beside it."""

import hashlib
import hmac
from datetime import date, timedelta
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.claims import Claim
from data.reviews import ReasonCategory as Reason
from data.synthetic.demo_claims import draft_claim
from models.denial.features import FEATURES, AnsweredLine, Books, extract_features, learn_lines, see_claim
from models.denial.keys import line_keys
from models.denial.services import ServiceBook

_KEY = b"k" * 32
ANSWERED, ASKED = date(2026, 2, 20), date(2026, 3, 27)
Changes = dict[str, Any]


def _draft(**changes: Any) -> Claim:
    return draft_claim("c1", **{"patient": {"patient_id": "p1"}, **changes})


def _learn(books: Books, claim: Claim, reason: Reason | None) -> None:
    for keys in line_keys(claim, (), books.services):
        learn_lines(books, ANSWERED, [AnsweredLine(keys, reason is not None, reason)])


def _read(books: Books, claim: Claim, feature: str) -> float:
    """Of the first line."""
    return float(extract_features([claim], [()], books, [ASKED])[0, FEATURES.index(feature)])


def _line(**values: Any) -> list[Changes]:
    return [{"code": "97110", **values}]


_PAIR = [{"code": "99213"}, {"code": "11102"}]
_APART = [{"code": "99213", "modifiers": ["25"]}, {"code": "11102"}]
_TWO = ["M54.50", "E11.9"]
# Feature; why the payer denied; what was denied; what it shows on; what it does not.
RECORDS: list[tuple[str, Reason, Changes, Changes, Changes]] = [
    ("modifier_cause", Reason.CODING, {"lines": _line(modifiers=["59"])},
     {"lines": [{"code": "20610", "modifiers": ["LT", "59"]}]}, {"lines": [{"code": "20610", "modifiers": ["LT"]}]}),
    ("company_cause", Reason.BUNDLING, {"lines": _PAIR},
     {"lines": [{"code": "99213"}, {"code": "17110"}]}, {"lines": _APART}),
    ("site_cause", Reason.AUTHORIZATION, {"lines": _line(place_of_service="22")},
     {"lines": _line(place_of_service="22", units=4)}, {"lines": _line(place_of_service="11")}),
    ("chapter_cause", Reason.MEDICAL_NECESSITY, {"lines": _line(), "diagnoses": ["M54.50"]},
     {"lines": _line(), "diagnoses": ["M17.11"]}, {"lines": _line(), "diagnoses": ["E11.9"]}),
    ("support_cause", Reason.MEDICAL_NECESSITY, {"lines": _line(), "diagnoses": ["M54.50"]},
     {"lines": _line(), "diagnoses": _TWO}, {"lines": _line(diagnosis_pointers=[1, 2]), "diagnoses": _TWO}),
    ("patient_cause", Reason.ELIGIBILITY, {}, {"lines": _line()}, {"patient": {"patient_id": "p2"}}),
    ("patient_cause_recent", Reason.COORDINATION_OF_BENEFITS, {}, {"lines": _line()},
     {"payer": {"payer_id": "another", "kind": "commercial"}}),
]  # fmt: skip


@pytest.mark.parametrize(("feature", "reason", "denied", "like", "unlike"), RECORDS, ids=lambda value: str(value)[:20])
def test_a_record_shows_where_it_applies(
    feature: str, reason: Reason, denied: Changes, like: Changes, unlike: Changes
) -> None:
    books = Books.empty()
    for _ in range(8):
        _learn(books, _draft(**denied), reason)
    assert _read(books, _draft(**like), feature) > 0 > _read(books, _draft(**unlike), feature)


def test_a_record_of_another_cause_is_none() -> None:
    books = Books.empty()
    for _ in range(8):
        _learn(books, _draft(), Reason.TIMELY_FILING)
    assert _read(books, _draft(), "patient_cause") < 0
    assert _read(books, _draft(), "patient_answers") == pytest.approx(np.log(9))


def test_an_interval_has_a_record_of_its_own() -> None:
    """Denied a week after the last such service; nothing is known of one a year after it."""
    books = Books.empty()
    see_claim(books, _draft(service_date=date(2026, 1, 5)), line_keys(_draft(), (), books.services))
    for _ in range(8):
        _learn(books, _draft(service_date=date(2026, 1, 12)), Reason.UNITS)
    soon, late = _draft(service_date=date(2026, 1, 11)), _draft(service_date=date(2027, 1, 12))
    assert _read(books, soon, "interval_cause") > 0 > _read(books, late, "interval_cause")
    assert [_read(books, claim, "days_since_service") for claim in (soon, late)] == [6, 372]
    assert isnan(_read(books, _draft(patient={"patient_id": "p2"}), "days_since_service"))


@given(st.lists(st.integers(0, 900), min_size=1), st.integers(0, 900))
def test_the_last_service_counts(days: list[int], asked: int) -> None:
    book, first = ServiceBook(secret=_KEY), date(2024, 1, 1)
    claims = [_draft(service_date=first + timedelta(days=day)) for day in [*days, asked]]
    for claim in claims[:-1]:
        book.see(claim, claim.lines[0])
    again = ServiceBook(dict(book.items()), _KEY)
    for one in (book, again):
        assert one.days_since(claims[-1], claims[-1].lines[0]) == abs(asked - max(days))


def test_without_the_key_nobody_is_known_again() -> None:
    """Pseudonyms of two keys have nothing in common, be the key of the other side empty, or be it another one."""
    books, claim, other_key = Books.empty(_KEY), _draft(), b"k" * 31 + b"x"
    see_claim(books, claim, line_keys(claim, (), books.services))
    _learn(books, claim, Reason.ELIGIBILITY)
    new = extract_features([claim], [()], books.without_patients(), [ASKED])
    known = extract_features([claim], [()], books, [ASKED])
    assert not np.array_equal(known, new, equal_nan=True)
    for key in (b"", other_key):
        robbed = books._replace(services=ServiceBook(dict(books.services.items()), key))
        np.testing.assert_array_equal(extract_features([claim], [()], robbed, [ASKED]), new)
        assert line_keys(claim, (), robbed.services)[0].patient != line_keys(claim, (), books.services)[0].patient


def test_a_pseudonym_is_a_keyed_hash() -> None:
    claim = _draft()
    expected = hmac.new(_KEY, claim.patient.patient_id.encode(), hashlib.sha256).digest()
    assert ServiceBook(secret=_KEY).pseudonym(claim) == int.from_bytes(expected[:8], "little")


def test_books_can_forget_patients() -> None:
    books, claim = Books.empty(), _draft()
    see_claim(books, claim, line_keys(claim, (), books.services))
    _learn(books, claim, Reason.ELIGIBILITY)
    forgetful = books.without_patients()
    assert (len(forgetful.patients), dict(forgetful.services.items())) == (0, {})
    assert len(forgetful.rates) == len(books.rates) > 0
    assert len(books.patients) == 1
