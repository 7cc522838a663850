"""A denial as independent medical review sees it, and what the overturn prior looks at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.appeal_asks import ReviewKind

# Alone and in pairs; each is one term of the score.
_LOOKS = (
    ("kind",),
    ("diagnosis",),
    ("diagnosis", "diagnosis_detail"),
    ("treatment",),
    ("treatment", "treatment_detail"),
    ("kind", "diagnosis"),
    ("kind", "treatment"),
    ("diagnosis", "treatment"),
    ("diagnosis", "diagnosis_detail", "treatment"),
    ("diagnosis", "treatment", "treatment_detail"),
    ("diagnosis", "diagnosis_detail", "treatment", "treatment_detail"),
)


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """Names of the reviews' own categories, in lower case with underscores; empty where none is known."""

    kind: ReviewKind
    diagnosis: str = ""
    diagnosis_detail: str = ""
    treatment: str = ""
    treatment_detail: str = ""

    def without_details(self) -> "ReviewCase":
        return replace(self, diagnosis_detail="", treatment_detail="")


def iter_terms(case: ReviewCase) -> Iterator[str]:
    """`treatment=imaging treatment_detail=mri`: the same text wherever a case has these values."""
    for look in _LOOKS:
        yield " ".join(f"{name}={getattr(case, name)}" for name in look)
