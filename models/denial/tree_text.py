"""Reads gradient-boosted trees from LightGBM's text format (version v4)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.artifacts import ArtefactError

# decision_type: 2 is set when a missing value goes left, 8 when there is such a way at all; else it counts as zero.
_MISSING_LEFT, _HAS_MISSING = 2, 8
_KNOWN_TYPES = frozenset({0, _MISSING_LEFT, _HAS_MISSING, _MISSING_LEFT | _HAS_MISSING})
_END = "\nend of trees"
_READ = frozenset(
    {"feature_names", "num_tree_per_iteration", "Tree", "num_cat", "is_linear", "decision_type", "threshold"}
    | {"split_feature", "left_child", "right_child", "internal_count", "leaf_count", "leaf_value"}
)


class Question(NamedTuple):
    """Yes where the feature is at most the threshold; where it is missing, as `if_missing` says."""

    feature: int
    threshold: float
    if_missing: bool


class Tree(NamedTuple):
    """Nodes, the first of them the root, and leaves. A child below zero is a leaf: ~child is its number.

    The counts are those of the training rows that came to a node or leaf. A tree without nodes is leaf 0.
    """

    questions: Sequence[Question]
    if_yes: Sequence[int]
    if_no: Sequence[int]
    node_counts: Sequence[int]
    leaf_counts: Sequence[int]
    leaf_values: Sequence[float]

    @property
    def root(self) -> int:
        return 0 if self.questions else ~0

    def count(self, node: int) -> int:
        return self.node_counts[node] if node >= 0 else self.leaf_counts[~node]


class TreeText(NamedTuple):
    """Tree number i adds to the score of class i % classes."""

    features: tuple[str, ...]
    classes: int
    trees: Sequence[Tree]


def read_trees(text: str) -> TreeText:
    """Raises ArtefactError for trees of another kind than the denial model is fitted with."""
    header, *trees = text.partition(_END)[0].split("\nTree=")
    fields = _read_fields(header)
    try:
        return TreeText(
            tuple(fields["feature_names"].split()),
            int(fields["num_tree_per_iteration"]),
            [_read_tree(_read_fields(tree)) for tree in trees],
        )
    except KeyError as missing:
        raise ArtefactError(f"the trees are not LightGBM's text: they have no {missing}") from None


def keep_what_is_read(text: str) -> str:
    """The text without the fields that only LightGBM itself reads: half of it."""
    lines = text.partition(_END)[0].splitlines()
    return "\n".join(line for line in lines if line.partition("=")[0] in _READ) + f"{_END}\n"


def _read_fields(block: str) -> Mapping[str, str]:
    pairs = (line.partition("=") for line in block.splitlines())
    return {name: value for name, _, value in pairs}


def _read_tree(fields: Mapping[str, str]) -> Tree:
    if fields["num_cat"] != "0" or fields["is_linear"] != "0":
        raise ArtefactError("trees split by thresholds and their leaves are constants; these are others")
    return Tree(
        _read_questions(fields),
        _integers(fields, "left_child"),
        _integers(fields, "right_child"),
        _integers(fields, "internal_count"),
        _integers(fields, "leaf_count"),
        [*map(float, fields["leaf_value"].split())],
    )


def _read_questions(fields: Mapping[str, str]) -> list[Question]:
    types = _integers(fields, "decision_type")
    if not _KNOWN_TYPES.issuperset(types):
        raise ArtefactError("a tree decides in a way that is not known")
    thresholds = map(float, fields["threshold"].split())
    return [
        Question(feature, threshold, bool(kind & _MISSING_LEFT) if kind & _HAS_MISSING else threshold >= 0)
        for feature, threshold, kind in zip(_integers(fields, "split_feature"), thresholds, types, strict=True)
    ]


def _integers(fields: Mapping[str, str], name: str) -> list[int]:
    return [*map(int, fields.get(name, "").split())]
