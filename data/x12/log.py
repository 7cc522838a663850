"""Where a reader stands, and what it has to say of it."""

from data.x12.problems import Lost, Place, ProblemKind, SegmentProblem
from data.x12.segments import Block

# A segment that was read: its block and its position there. Its place in the file is worked out only when asked for.
Mark = tuple[Block, int]


class ProblemLog:
    """The current segment is the one that is being read; `told` grows until somebody takes it."""

    __slots__ = ("block", "index", "told")

    def __init__(self) -> None:
        self.told: list[SegmentProblem] = []
        self.block: Block | None = None
        self.index = 0

    @property
    def mark(self) -> Mark:
        assert self.block is not None
        return self.block, self.index

    def tell(
        self, kind: ProblemKind, lost: Lost = Lost.NOTHING, element: int | None = None, *, mark: Mark | None = None
    ) -> None:
        self.told.append(SegmentProblem.at(self._locate(mark), kind, lost, element))

    def _locate(self, mark: Mark | None) -> Place:
        block, index = mark or self.mark
        return block.locate(index)
