"""Claims of a file that can't be reviewed: each is held and told of, and the others are reviewed as ever."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ValidationError

from data.claim_history import ClaimHistory
from data.claims import Claim
from data.formats.jsonl import Line, read_line
from data.noun import Identifier
from data.reviews import UNREVIEWED, ClaimReview, DenialRisk, Disposition, Edit, Severity, Source, Support
from models.denial.review import UnreviewableError

NOT_REVIEWED = "system.not_reviewed"
_SOURCE = Source(name="chartcode", release="edit engine", citation="A claim that was not reviewed is held")


class Reviewer(Protocol):
    def review(self, claims: Sequence[Claim], history: ClaimHistory | None = None) -> list[ClaimReview]: ...


class Answer(NamedTuple):
    """A review as JSON. `problem` says why there is none but this one, which holds the claim; `is_ours`: the program
    failed on a claim that is well formed."""

    text: str
    problem: str = ""
    is_ours: bool = False


class Unreviewed(NamedTuple):
    """A line of a file."""

    number: int
    problem: str
    is_ours: bool


def review_texts(reviewer: Reviewer, texts: Iterable[str], history: ClaimHistory | None) -> list[Answer]:
    """An answer to each text: a review where it is a claim as JSON."""
    lines = [read_line(number, text, Claim) for number, text in enumerate(texts, start=1)]
    answers = iter(review_each(reviewer, [line.value for line in lines if line.value is not None], history))
    return [next(answers) if line.value is not None else _hold_unread(line) for line in lines]


def review_each(reviewer: Reviewer, claims: Sequence[Claim], history: ClaimHistory | None) -> list[Answer]:
    """Together, and one by one when that fails: the answers are the same either way."""
    try:
        return [Answer(review.model_dump_json()) for review in reviewer.review(claims, history)]
    except Exception:
        return [_review_one(reviewer, claim, history) for claim in claims]


def _review_one(reviewer: Reviewer, claim: Claim, history: ClaimHistory | None) -> Answer:
    try:
        (review,) = reviewer.review([claim], history)
    except UnreviewableError as error:
        return _hold(claim.claim_id, str(error), is_ours=False)
    except Exception as error:  # its text might hold values of the claim
        return _hold(claim.claim_id, f"the review failed ({type(error).__name__})", is_ours=True)
    return Answer(review.model_dump_json())


def answer_lines(numbers: Iterable[int], answers: Iterable[Answer], unreviewed: list[Unreviewed]) -> Iterator[str]:
    """A review a line, in order; `numbers` are those of the lines. Adds to `unreviewed` what went wrong.

    A line without a readable claim_id has no answer: nothing could be said of which claim.
    """
    for number, answer in zip(numbers, answers, strict=True):
        if answer.problem:
            unreviewed.append(Unreviewed(number, answer.problem, answer.is_ours))
        if answer.text:
            yield answer.text


def _hold_unread(line: Line[Claim]) -> Answer:
    claim_id = _find_id(line.text)
    return _hold(claim_id, line.problem, is_ours=False) if claim_id is not None else Answer("", line.problem)


def _hold(claim_id: str, problem: str, *, is_ours: bool) -> Answer:
    return Answer(hold_unreviewed(claim_id, problem).model_dump_json(), problem, is_ours)


def hold_unreviewed(claim_id: str, problem: str) -> ClaimReview:
    """Stands for a review that could not be made: its risk is unknown, so the worst is assumed."""
    edit = Edit(
        rule_id=NOT_REVIEWED,
        severity=Severity.REJECT,
        message=f"Not reviewed: {problem}. The claim is held until that is mended.",
        source=_SOURCE,
    )
    risk = DenialRisk(
        probability=1.0,
        expected_loss_cents=0,
        support=Support(similar_claims=0, is_low=True),
        operating_point="balanced",
    )
    return ClaimReview(
        claim_id=claim_id, model_version=UNREVIEWED, edits=(edit,), risk=risk, disposition=Disposition.HOLD
    )


class _Named(BaseModel):
    claim_id: Identifier


def _find_id(text: str) -> str | None:
    try:
        return _Named.model_validate_json(text).claim_id
    except ValidationError:
        return None
