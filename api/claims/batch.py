"""Many claims in one request: one that can't be reviewed is told of, and the others are reviewed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, GetPydanticSchema, ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import core_schema

from api.claims.service import find_problems
from api.errors import FieldProblem, InvalidError
from api.model_slots import DenialModel
from api.problems import MOST_TOLD, first_problem
from data.claims import Claim
from data.noun import Noun
from data.reviews import ClaimReview


class ReviewBatch(Noun):
    """`reviews` are in the order of the claims, without those that `errors` name: they were not reviewed.

    Of each of these the first problem is told; a pointer begins with the claim's position, `/claims/3`.
    """

    reviews: tuple[ClaimReview, ...]
    errors: tuple[FieldProblem, ...] = ()


def _read(value: Any, read: ValidatorFunctionWrapHandler) -> Claim | FieldProblem:
    """The claim, or what keeps it from being one; the pointer leads into the claim."""
    try:
        claim: Claim = read(value)
    except ValidationError as error:
        return first_problem(error, value)
    return claim


SentClaim = Annotated[
    Claim | FieldProblem,
    GetPydanticSchema(lambda _, make: core_schema.no_info_wrap_validator_function(_read, make(Claim))),
]


class ClaimBatch(Noun):
    claims: Annotated[tuple[SentClaim, ...], Field(min_length=1, max_length=5000, fail_fast=True)]


def review_batch(denial: DenialModel, sent: Sequence[Claim | FieldProblem], *, now: datetime) -> ReviewBatch:
    """Raises InvalidError when no claim can be reviewed."""
    good: list[Claim] = []
    errors: list[FieldProblem] = []
    for position, one in enumerate(sent):
        found = find_problems(one, now) if isinstance(one, Claim) else iter([one])
        if problem := next(found, None):
            errors.append(problem.model_copy(update={"pointer": f"/claims/{position}{problem.pointer}"}))
        elif isinstance(one, Claim):
            good.append(one)
    if not good:
        raise InvalidError(errors=errors[:MOST_TOLD])
    return ReviewBatch(reviews=tuple(denial.review(good)), errors=tuple(errors))
