"""What the leaves of a part say, by the byte of answers to its questions."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.denial.tree_parts import MOST_QUESTIONS, Part

Table = NDArray[np.float64]
BYTES = 1 << MOST_QUESTIONS
_ALL = np.arange(BYTES)
# Integrates polynomials of degree seven exactly: products over all but one of eight conditions.
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(MOST_QUESTIONS // 2)
_SIZES = ((_POINTS + 1) / 2)[:, np.newaxis, np.newaxis]


def tabulate_values(part: Part) -> Table:
    """The value of the leaf that is reached; 0 when it is in another part of the tree. *Shape:* (BYTES,)."""
    asked = [leaf.conditions.values() for leaf in part.leaves]
    masks = np.array([[sum(condition.mask for condition in each)] for each in asked])
    wanted = np.array([[sum(condition.wanted for condition in each)] for each in asked])
    values = np.array([[leaf.value] for leaf in part.leaves])
    table: Table = np.where(_ALL & masks == wanted, values, 0.0).sum(axis=0)
    return table


def tabulate_contributions(part: Part) -> Mapping[int, Table]:
    """By feature, its Shapley value in what the leaves say. *Shape:* (BYTES,) each.

    A feature outside of a coalition goes each way as often as the training rows did (Lundberg et al. 2020, "path
    dependent"). So a leaf is worth to a coalition its value times a product over its conditions: of the features inside
    1 or 0, as they are met or not, of the others their shares. The mean over all orders in which features could join is
    an integral over the size t of the coalition, from 0 to 1 (Owen 1972); for feature i it is
    value * (met_i - share_i) * integral of the product over j != i of share_j + t * (met_j - share_j).
    """
    asked = [(*item, number) for number, leaf in enumerate(part.leaves) for item in leaf.conditions.items()]
    tables: dict[int, Table] = {}
    if asked:
        features, conditions, leaves = zip(*asked, strict=True)
        masks, wanted = (np.array([[each[i]] for each in conditions]) for i in range(2))
        shares = np.array([[each.share] for each in conditions])
        gains = (_ALL & masks == wanted) - shares
        factors = shares + _SIZES * gains
        products = np.multiply.reduceat(factors, np.searchsorted(leaves, range(len(part.leaves))), axis=1)
        means = np.tensordot(_WEIGHTS / 2, products[:, leaves] / factors, 1)
        values = np.array([[part.leaves[leaf].value] for leaf in leaves])
        for feature, table in zip(features, values * gains * means, strict=True):
            tables[feature] = tables.get(feature, 0) + table
    return tables
