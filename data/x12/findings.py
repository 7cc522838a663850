"""What is wrong within one segment, before anybody asks where the segment is."""

from typing import NamedTuple

from data.x12.problems import Lost, ProblemKind


class Finding(NamedTuple):
    """`element` counts from 1; None when the whole segment is meant."""

    kind: ProblemKind
    lost: Lost
    element: int | None = None


Findings = tuple[Finding, ...]
