"""Fits the model of the words around a place, on whether what the place names was reported."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models.coding.context import SLOTS, ContextModel, Places, read_places, with_context
from models.coding.features import MentionFeature
from training.ranker_fit import RankedNote, fold_of

_STRENGTH = 0.1  # inverse of the penalty
_NEAR = 0.9  # a cosine from which on the encoder names a code as surely as a term does
REPORTED, NOT_REPORTED, UNCLEAR, UNNAMED = 1, 0, -2, -1
Labels = npt.NDArray[np.int8]


def fit_context(notes: Sequence[RankedNote], folds: int) -> tuple[ContextModel, list[RankedNote]]:
    """The model, and the notes with what a model says of each that has not seen its document."""
    places = [read_places(note.table.mentions) for note in notes]
    labels = [label_places(note, at) for note, at in zip(notes, places, strict=True)]
    fold = [fold_of(note.document_id, folds) for note in notes]
    known = list(zip(places, labels, strict=True))
    models = [_fit([one for one, other in zip(known, fold, strict=True) if other != held]) for held in range(folds)]
    scored = [
        replace(note, table=with_context(note.table, models[own].score(at)))
        for note, at, own in zip(notes, places, fold, strict=True)
    ]
    return _fit(known), scored


def label_places(note: RankedNote, places: Places) -> Labels:
    """*Shape:* (places,). Where a code of the right category stands that is not the right one, nothing is known."""
    categories = {code[:3] for code in note.codes}
    codes = [mention.code for mention in note.table.mentions]
    is_right = np.array([code in note.codes for code in codes], dtype=np.bool_) & note.supported
    is_near = np.array([code[:3] in categories for code in codes], dtype=np.bool_)
    features = note.table.features
    is_named = (features[:, MentionFeature.TERM_IS_LONGEST_HERE] > 0) | (
        features[:, MentionFeature.VECTOR_COSINE] > _NEAR
    )
    labels = np.full(len(places.slots), UNNAMED, dtype=np.int8)
    for label, holds in ((NOT_REPORTED, is_named), (UNCLEAR, is_near), (REPORTED, is_right)):
        labels[places.place_of[holds]] = label
    return labels


def _fit(known: Sequence[tuple[Places, Labels]]) -> ContextModel:
    rows = [
        (slots, label)
        for places, labels in known
        for slots, label in zip(places.slots, labels.tolist(), strict=True)
        if label >= NOT_REPORTED
    ]
    ends = np.cumsum([0, *(len(slots) for slots, _ in rows)])
    flat = np.array([slot for slots, _ in rows for slot in slots], dtype=np.int32)
    matrix = csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=(len(rows), SLOTS))
    fitted = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=200, random_state=0)
    fitted.fit(matrix, [label for _, label in rows])
    return ContextModel(fitted.coef_[0].astype(np.float64), float(fitted.intercept_[0]))
