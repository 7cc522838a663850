"""Claims out of a file: what can't be reviewed is held and told of, and stops nothing else."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from data.claim_history import ClaimHistory
from data.claims import Claim
from data.formats.jsonl import FileFormatError, iter_texts, read_lines
from data.reviews import UNREVIEWED, ClaimReview, DenialRisk, Disposition, Support
from data.synthetic.demo_claims import draft_claim
from models.denial.review import UnreviewableError
from models.denial.unreviewed import NOT_REVIEWED, Unreviewed, answer_lines, review_texts

SECRET = "Zebulon"
RISK = DenialRisk(
    probability=0.1,
    expected_loss_cents=0,
    support=Support(similar_claims=0, is_low=True),
    operating_point="balanced",
)


class FakeReviewer:
    """Fails as told for the claims that are named, alone or with others."""

    def __init__(self, failures: dict[str, Exception]) -> None:
        self._failures = failures

    def review(self, claims: Sequence[Claim], history: ClaimHistory | None = None) -> list[ClaimReview]:
        for claim in claims:
            if claim.claim_id in self._failures:
                raise self._failures[claim.claim_id]
        return [
            ClaimReview(claim_id=claim.claim_id, model_version="m1", risk=RISK, disposition=Disposition.RELEASE)
            for claim in claims
        ]


def good(name: str) -> str:
    return draft_claim(name).model_dump_json()


def review(tmp_path: Path, lines: Sequence[str], **failures: Exception) -> tuple[list[ClaimReview], list[Unreviewed]]:
    source = tmp_path / "claims.jsonl"
    source.write_text("".join(f"{line}\n" for line in lines), "utf8")
    read, unreviewed = dict(iter_texts(source)), list[Unreviewed]()
    texts = list(answer_lines(read, review_texts(FakeReviewer(failures), read.values(), None), unreviewed))
    return [ClaimReview.model_validate_json(text) for text in texts], unreviewed


def test_nothing_wrong_nothing_told(tmp_path: Path) -> None:
    answers, unreviewed = review(tmp_path, [good("a"), "", good("b")])
    assert [answer.claim_id for answer in answers] == ["a", "b"]
    assert {answer.model_version for answer in answers} == {"m1"}
    assert unreviewed == []


FAILURES = [
    (UnreviewableError(), False, "by its lines with procedures"),
    (ValueError(f"about {SECRET}"), True, "ValueError"),
    (ZeroDivisionError(SECRET), True, "ZeroDivisionError"),
]


@pytest.mark.parametrize(("failure", "is_ours", "told"), FAILURES, ids=lambda value: type(value).__name__)
def test_a_claim_that_fails_is_held_alone(tmp_path: Path, failure: Exception, is_ours: bool, told: str) -> None:
    answers, unreviewed = review(tmp_path, [good("a"), good("bad"), good("c")], bad=failure)
    assert [answer.claim_id for answer in answers] == ["a", "bad", "c"]
    assert [answer.disposition for answer in answers] == [Disposition.RELEASE, Disposition.HOLD, Disposition.RELEASE]
    assert [edit.rule_id for edit in answers[1].edits] == [NOT_REVIEWED]
    assert answers[1].model_version == UNREVIEWED
    assert told in answers[1].edits[0].message
    assert [(each.number, each.is_ours) for each in unreviewed] == [(2, is_ours)]
    assert SECRET not in repr(answers) + repr(unreviewed)


def test_a_line_that_is_no_claim_is_held_under_its_id(tmp_path: Path) -> None:
    bad = json.dumps({"claim_id": "bad", "patient": {"patient_id": SECRET}})
    answers, unreviewed = review(tmp_path, [bad, good("b")])
    assert [(answer.claim_id, answer.disposition) for answer in answers] == [
        ("bad", Disposition.HOLD),
        ("b", Disposition.RELEASE),
    ]
    assert "payer" in unreviewed[0].problem
    assert SECRET not in repr(answers) + repr(unreviewed)


@pytest.mark.parametrize("line", ["not json", "{}", "[1]", '{"claim_id": 7}', '{"claim_id": ""}'])
def test_a_line_without_an_id_is_told_of_only(tmp_path: Path, line: str) -> None:
    answers, unreviewed = review(tmp_path, [good("a"), line])
    assert [answer.claim_id for answer in answers] == ["a"]
    assert [(each.number, each.is_ours) for each in unreviewed] == [(2, False)]


def test_reading_all_or_nothing_names_the_lines(tmp_path: Path) -> None:
    source = tmp_path / "claims.jsonl"
    source.write_text("\n".join([good("a"), *["no"] * 5]), "utf8")
    with pytest.raises(FileFormatError, match=r"line 2: .*line 4: .*\(and 2 more lines\)"):
        read_lines(source, Claim)
