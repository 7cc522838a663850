"""Features from the past: shrunk denial rates as log-odds, and how many answers stand behind them.

A specific rate is shrunk to the more general one that it refines, so that a key never seen says what its parent says.
Lines are filled many at a time; a line's numbers are the same in any company.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.denial.answers import Answers, Floats, logits
from models.denial.aspect_keys import AspectKey
from models.denial.aspects import SEVERAL_ASPECTS, SINGLE_ASPECTS, Aspect
from models.denial.keys import LineKeys
from models.denial.rates import RateBook

_GENERAL = (
    *("payer", "payer_recent", "procedure", "clinic", "clinic_recent", "provider", "payer_clinic"),
    *("payer_provider", "payer_provider_recent", "payer_provider_answers", "payer_diagnosis", "procedure_diagnosis"),
    *("procedure_diagnosis_seen", "clinic_procedure", "clinic_procedure_seen", "payer_lag", "payer_lag_answers"),
)
_PROCEDURE = (
    *("payer_procedure", "payer_procedure_recent", "payer_procedure_answers"),
    *("payer_procedure_authorization", "payer_procedure_authorization_recent", "payer_procedure_authorization_answers"),
    *("payer_procedure_diagnosis", "payer_procedure_diagnosis_recent", "payer_procedure_diagnosis_answers"),
)
_ASPECTS = tuple(
    f"{aspect.name.lower()}_{part}"
    for aspect in (*SINGLE_ASPECTS, *SEVERAL_ASPECTS)
    for part in ("cause", "cause_recent")
)
_PATIENT = ("patient_cause", "patient_cause_recent", "patient_answers")
NAMES = (*_GENERAL, *_PROCEDURE, "rule", "rule_recent", *_ASPECTS, *_PATIENT)
_OVERALL_PRIOR, _RULE_PRIOR, _CAUSE_PRIOR = 0.12, 0.5, 0.01
_WIDE, _MIDDLE, _NARROW, _CAUSE = 40.0, 15.0, 6.0, 3.0
_NO_RULE = -9.0
_KINDS = LineKeys._fields[: LineKeys._fields.index("aspects")]
_OWN = slice(len(_KINDS), len(_KINDS) + len(SINGLE_ASPECTS))
_SHARED = slice(_OWN.stop, _OWN.stop + len(SINGLE_ASPECTS))
Columns = dict[str, Floats]
# One diagnosis that supports a service is enough: its lowest rate decides. Of partners and modifiers, one too many is.
_LOWEST_DECIDES = frozenset({Aspect.SUPPORT})


def rate_rows(keys: Sequence[LineKeys], book: RateBook, patients: RateBook, days: NDArray[np.int64]) -> Floats:
    """`days` are those on which the lines are judged: recent counts fade up to them. `patients` counts by member.

    *Shapes:* days (lines,) -> (lines, len(NAMES)).
    """
    past = book.look_up([_keys_of(line) for line in keys], days)
    rates, counts = _general_columns(past)
    rates |= _aspect_columns(past[:, _OWN], past[:, _SHARED])
    columns = dict(zip(rates, logits(np.stack([*rates.values()])), strict=True))
    columns |= dict(zip(counts, np.log1p(np.stack([*counts.values()])), strict=True))
    columns |= _rule_columns(keys, book, days) | _patient_columns(keys, patients, days)
    for aspect in SEVERAL_ASPECTS:
        columns |= _decisive_columns(aspect, [line.several[aspect] for line in keys], book, days)
    return np.column_stack([columns[name] for name in NAMES])


def _keys_of(line: LineKeys) -> Sequence[int]:
    """In the order of _KINDS, _OWN and _SHARED."""
    _, own, shared = zip(*line.aspects, strict=True)
    return (*line[: len(_KINDS)], *own, *shared)


def _general_columns(past: Answers) -> tuple[Columns, Columns]:
    """Rates and counts by name."""
    of = {kind: past[:, number] for number, kind in enumerate(_KINDS)}
    overall = of["overall"].rates(_OVERALL_PRIOR, _WIDE)
    payer, procedure = of["payer"].rates(overall, _WIDE), of["procedure"].rates(overall, _WIDE)
    clinic = of["clinic"].rates(overall, _WIDE)
    payer_clinic = of["payer_clinic"].rates(_join(payer, clinic, overall), _MIDDLE)
    payer_provider = of["payer_provider"].rates(payer_clinic, _MIDDLE)
    pair_prior = _join(payer, procedure, overall)
    pair = of["payer_procedure"].rates(pair_prior, _MIDDLE)
    authorized = of["payer_procedure_authorization"].rates(pair, _NARROW)
    diagnosed = of["payer_procedure_diagnosis"].rates(pair, _NARROW)
    rates = {
        "payer": payer,
        "payer_recent": of["payer"].recent_rates(payer, _WIDE),
        "procedure": procedure,
        "clinic": clinic,
        "clinic_recent": of["clinic"].recent_rates(clinic, _WIDE),
        "provider": of["provider"].rates(clinic, _WIDE),
        "payer_clinic": payer_clinic,
        "payer_provider": payer_provider,
        "payer_provider_recent": of["payer_provider"].recent_rates(payer_provider, _NARROW),
        "payer_diagnosis": of["payer_diagnosis"].rates(payer, _MIDDLE),
        "procedure_diagnosis": of["procedure_diagnosis"].rates(procedure, _MIDDLE),
        "clinic_procedure": of["clinic_procedure"].rates(_join(clinic, procedure, overall), _MIDDLE),
        "payer_lag": of["payer_lag"].rates(payer, _MIDDLE),
        "payer_procedure": pair,
        "payer_procedure_recent": of["payer_procedure"].recent_rates(pair, _MIDDLE),
        "payer_procedure_authorization": authorized,
        "payer_procedure_authorization_recent": of["payer_procedure_authorization"].recent_rates(authorized, _NARROW),
        "payer_procedure_diagnosis": diagnosed,
        "payer_procedure_diagnosis_recent": of["payer_procedure_diagnosis"].recent_rates(diagnosed, _NARROW),
    }
    answered = ("payer_provider", "payer_lag", *_KINDS[3:6])
    counts = {f"{kind}_answers": of[kind].count for kind in answered}
    return rates, counts | {f"{kind}_seen": of[kind].seen for kind in ("procedure_diagnosis", "clinic_procedure")}


def _aspect_columns(own: Answers, shared: Answers) -> Columns:
    rates, recent = _cause_rates(own, shared)
    names = [aspect.name.lower() for aspect in SINGLE_ASPECTS]
    return {f"{name}_cause": rate for name, rate in zip(names, rates.T, strict=True)} | {
        f"{name}_cause_recent": rate for name, rate in zip(names, recent.T, strict=True)
    }


def _cause_rates(own: Answers, shared: Answers) -> tuple[Floats, Floats]:
    """The payer's rate shrunk to that of all payers, over all time and recent."""
    priors = shared.rates(_CAUSE_PRIOR, _CAUSE)
    rates = own.rates(priors, _CAUSE)
    return rates, own.recent_rates(rates, _CAUSE)


def _rule_columns(keys: Sequence[LineKeys], book: RateBook, days: NDArray[np.int64]) -> Columns:
    """The worst record among the rules that each line breaks."""
    worst = np.full((2, len(keys)), _NO_RULE)
    pairs = [pair for line in keys for pair in line.rules]
    if pairs:
        lines = np.repeat(np.arange(len(keys)), [len(line.rules) for line in keys])
        past = book.look_up(pairs, days[lines])
        own, shared = past[:, 0], past[:, 1]
        rates = own.rates(shared.rates(_RULE_PRIOR, _NARROW), _NARROW)
        for row, values in zip(worst, logits(np.stack([rates, own.recent_rates(rates, _NARROW)])), strict=True):
            np.maximum.at(row, lines, values)
    return {"rule": worst[0], "rule_recent": worst[1]}


def _decisive_columns(
    aspect: Aspect, keys: Sequence[Sequence[AspectKey]], book: RateBook, days: NDArray[np.int64]
) -> Columns:
    """Of each line the record that decides; the recent one decides between equals."""
    found = np.full((len(keys), 2), _NO_RULE)
    pairs = [(key.own, key.shared) for line in keys for key in line]
    if pairs:
        lines = np.repeat(np.arange(len(keys)), [len(line) for line in keys])
        past = book.look_up(pairs, days[lines])
        values = logits(np.column_stack(_cause_rates(past[:, 0], past[:, 1])))
        ascending = np.lexsort((values[:, 1], values[:, 0], lines))
        first, last = (np.searchsorted(lines, lines, side) for side in ("left", "right"))
        found[lines] = values[ascending[first if aspect in _LOWEST_DECIDES else last - 1]]
    name = aspect.name.lower()
    return {f"{name}_cause": found[:, 0], f"{name}_cause_recent": found[:, 1]}


def _patient_columns(keys: Sequence[LineKeys], patients: RateBook, days: NDArray[np.int64]) -> Columns:
    """How the payer judged the patient's membership."""
    past = patients.look_up([(line.patient,) for line in keys], days)[:, 0]
    rates = past.rates(_CAUSE_PRIOR, _CAUSE)
    return {
        "patient_cause": logits(rates),
        "patient_cause_recent": logits(past.recent_rates(rates, _CAUSE)),
        "patient_answers": np.log1p(past.count),
    }


def _join(first: Floats, second: Floats, overall: Floats) -> Floats:
    """What two rates say together when each acts on the odds alone."""
    one, two, all_ = logits(np.stack([first, second, overall]))
    joined: Floats = 1 / (1 + np.exp(all_ - one - two))
    return joined
