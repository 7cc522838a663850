"""Where the boxes of the paper forms are printed: lines of a sixth of an inch, columns of a tenth.

The places are those of the line and column grids by which both forms are filled; labels are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Counted from 1, at the top left; `width` in columns."""

    line: int
    column: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """`boxes` by item number, in the order in which a form repeats it; `columns` of the service lines, of which the
    first is printed at `first_line` and each following one `step` lines below."""

    boxes: Mapping[str, tuple[Place, ...]]
    columns: tuple[tuple[int, int], ...]
    first_line: int
    step: int


CMS_1500 = Layout(
    boxes={
        "1": (Place(8, 1, 48),),
        "1a": (Place(8, 50, 29),),
        "2": (Place(10, 1, 28),),
        "3": (Place(10, 31, 18),),
        "11c": (Place(24, 50, 29),),
        "21": (Place(37, 42, 7),),
        **{f"21{letter}": (Place(38 + row, 3 + 13 * (place % 4), 9),) for place, letter, row in (
            (place, letter, place // 4) for place, letter in enumerate("ABCDEFGHIJKL")
        )},
        "22": (Place(38, 50, 11), Place(38, 62, 18)),
        "23": (Place(40, 50, 29),),
        "25": (Place(56, 1, 20),),
        "26": (Place(56, 23, 14),),
        "27": (Place(56, 38, 11),),
        "28": (Place(56, 51, 10),),
        "29": (Place(56, 62, 9),),
        "31": (Place(60, 1, 21),),
        "32": (Place(60, 23, 26),),
        "33a": (Place(61, 51, 12),),
    },
    columns=((1, 8), (10, 8), (19, 3), (25, 7), (33, 11), (45, 4), (50, 8), (59, 4), (68, 12)),
    first_line=44,
    step=2,
)  # fmt: skip
UB_04 = Layout(
    boxes={
        "3a": (Place(3, 50, 24),),
        "4": (Place(4, 76, 5),),
        "6": (Place(6, 58, 20),),
        "8a": (Place(7, 11, 20),),
        "11": (Place(11, 10, 4),),
        "50": (Place(44, 1, 23),),
        "56": (Place(43, 66, 15),),
        "60": (Place(48, 33, 20),),
        "63": (Place(52, 1, 30),),
        "64": (Place(52, 33, 26),),
        "66": (Place(56, 1, 2),),
        "67": (Place(55, 4, 8),),
        **{f"67{letter}": (Place(55 + 2 * (place // 9), 4 + 8 * (place % 9), 8),)
           for place, letter in enumerate("ABCDEFGHIJKLMNOPQ", start=1)},
        "76": (Place(60, 56, 14),),
    },
    columns=((1, 4), (31, 8), (40, 12), (52, 7), (60, 8), (68, 11)),
    first_line=19,
    step=1,
)  # fmt: skip
