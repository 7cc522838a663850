"""Trees cut into parts of at most eight questions, so that the answers to a part's questions are one byte.

A part is a subtree with the questions on the way to it. All that its leaves say follows from that byte, so it can be
looked up in a table (after Lucchese et al., "QuickScorer", SIGIR 2015, and Yang, "Fast TreeSHAP", 2021).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from models.artifacts import ArtefactError
from models.denial.tree_text import Question, Tree

MOST_QUESTIONS = 8
# Nodes from the root on, with the answers that lead further.
_Way = tuple[tuple[int, bool], ...]


class Condition(NamedTuple):
    """Met by a byte of answers when `answers & mask == wanted`; `share` of the training rows that were asked met it."""

    mask: int
    wanted: int
    share: float


class Leaf(NamedTuple):
    """Reached when all conditions are met; they are by feature."""

    value: float
    conditions: Mapping[int, Condition]


class Part(NamedTuple):
    """The answer to question i is bit i of the byte, 1 for yes. `tree` is the number of the tree that it is of."""

    tree: int
    questions: Sequence[Question]
    leaves: Sequence[Leaf]


def cut_trees(trees: Sequence[Tree]) -> list[Part]:
    """As few parts as there can be, in the order of the trees.

    Raises ArtefactError when more than eight questions lead to a leaf.
    """
    return [part for number, tree in enumerate(trees) for part in _cut(number, tree, tree.root, ())]


def _cut(number: int, tree: Tree, top: int, way: _Way) -> Iterator[Part]:
    """`way` leads to the node or leaf `top`."""
    ends = [*_follow(tree, top, way)]
    nodes = dict.fromkeys(node for _, whole in ends for node, _ in whole)
    if len(nodes) <= MOST_QUESTIONS:
        bits = {node: 1 << place for place, node in enumerate(nodes)}
        leaves = [Leaf(tree.leaf_values[~leaf], _conditions(tree, leaf, whole, bits)) for leaf, whole in ends]
        yield Part(number, [tree.questions[node] for node in nodes], leaves)
    elif top < 0:
        raise ArtefactError(f"a tree asks more than {MOST_QUESTIONS} questions on the way to a leaf")
    else:
        yield from _cut(number, tree, tree.if_yes[top], (*way, (top, True)))
        yield from _cut(number, tree, tree.if_no[top], (*way, (top, False)))


def _follow(tree: Tree, top: int, way: _Way) -> Iterator[tuple[int, _Way]]:
    """The leaves below, each with the way to it."""
    if top < 0:
        yield top, way
    else:
        yield from _follow(tree, tree.if_yes[top], (*way, (top, True)))
        yield from _follow(tree, tree.if_no[top], (*way, (top, False)))


def _conditions(tree: Tree, leaf: int, way: _Way, bits: Mapping[int, int]) -> Mapping[int, Condition]:
    found: dict[int, Condition] = {}
    for (node, is_yes), (after, _) in pairwise((*way, (leaf, True))):
        feature = tree.questions[node].feature
        mask, wanted, share = found.get(feature, Condition(0, 0, 1.0))
        share *= tree.count(after) / tree.count(node)
        found[feature] = Condition(mask | bits[node], wanted | bits[node] * is_yes, share)
    return found
