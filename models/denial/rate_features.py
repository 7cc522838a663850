"""Features from the past: shrunk denial rates as log-odds, and how many answers stand behind them.

A specific rate is shrunk to the more general one that it refines, so that a key never seen says what its parent says.
"""

from collections.abc import Iterable
from math import exp, log, log1p

from models.denial.aspects import SINGLE_ASPECTS, Aspect
from models.denial.keys import AspectKey, LineKeys
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
    for aspect in (*SINGLE_ASPECTS, Aspect.PARTNER)
    for part in ("cause", "cause_recent")
)
NAMES = (*_GENERAL, *_PROCEDURE, "rule", "rule_recent", *_ASPECTS)
_OVERALL_PRIOR, _RULE_PRIOR, _CAUSE_PRIOR = 0.12, 0.5, 0.01
_WIDE, _MIDDLE, _NARROW, _CAUSE = 40.0, 15.0, 6.0, 3.0
_NO_RULE = -9.0


def rate_values(keys: LineKeys, book: RateBook, day: int) -> list[float]:
    """`day` is the day on which the claim is judged: recent counts fade up to it."""
    overall, _ = book.rate(keys.overall, _OVERALL_PRIOR, _WIDE)
    payer, _ = book.rate(keys.payer, overall, _WIDE)
    procedure, _ = book.rate(keys.procedure, overall, _WIDE)
    return [
        *_general_values(keys, book, day, overall, payer, procedure),
        *_procedure_values(keys, book, day, _join(payer, procedure, overall)),
        *_rule_values(keys, book, day),
        *_aspect_values(keys, book, day),
    ]


def _general_values(
    keys: LineKeys, book: RateBook, day: int, overall: float, payer: float, procedure: float
) -> list[float]:
    clinic, _ = book.rate(keys.clinic, overall, _WIDE)
    provider, _ = book.rate(keys.provider, clinic, _WIDE)
    payer_clinic, _ = book.rate(keys.payer_clinic, _join(payer, clinic, overall), _MIDDLE)
    payer_provider, provider_answers = book.rate(keys.payer_provider, payer_clinic, _MIDDLE)
    clinic_procedure, _ = book.rate(keys.clinic_procedure, _join(clinic, procedure, overall), _MIDDLE)
    lag, lag_answers = book.rate(keys.payer_lag, payer, _MIDDLE)
    return [
        _logit(payer),
        _logit(book.recent_rate(keys.payer, day, payer, _WIDE)),
        _logit(procedure),
        _logit(clinic),
        _logit(book.recent_rate(keys.clinic, day, clinic, _WIDE)),
        _logit(provider),
        _logit(payer_clinic),
        _logit(payer_provider),
        _logit(book.recent_rate(keys.payer_provider, day, payer_provider, _NARROW)),
        log1p(provider_answers),
        _logit(book.rate(keys.payer_diagnosis, payer, _MIDDLE)[0]),
        _logit(book.rate(keys.procedure_diagnosis, procedure, _MIDDLE)[0]),
        log1p(book.find(keys.procedure_diagnosis).seen),
        _logit(clinic_procedure),
        log1p(book.find(keys.clinic_procedure).seen),
        _logit(lag),
        log1p(lag_answers),
    ]


def _procedure_values(keys: LineKeys, book: RateBook, day: int, expected: float) -> list[float]:
    pair, _ = book.rate(keys.payer_procedure, expected, _MIDDLE)
    values = _describe(book, keys.payer_procedure, day, expected, _MIDDLE)
    for key in (keys.payer_procedure_authorization, keys.payer_procedure_diagnosis):
        values += _describe(book, key, day, pair, _NARROW)
    return values


def _describe(book: RateBook, key: int, day: int, prior: float, strength: float) -> list[float]:
    rate, answers = book.rate(key, prior, strength)
    return [_logit(rate), _logit(book.recent_rate(key, day, rate, strength)), log1p(answers)]


def _rule_values(keys: LineKeys, book: RateBook, day: int) -> list[float]:
    """The worst record among the rules that the line breaks."""
    worst = worst_recent = _NO_RULE
    for own, shared in keys.rules:
        prior, _ = book.rate(shared, _RULE_PRIOR, _NARROW)
        rate, _ = book.rate(own, prior, _NARROW)
        worst = max(worst, _logit(rate))
        worst_recent = max(worst_recent, _logit(book.recent_rate(own, day, rate, _NARROW)))
    return [worst, worst_recent]


def _aspect_values(keys: LineKeys, book: RateBook, day: int) -> list[float]:
    values = [value for key in keys.aspects for value in _cause_rates(book, key, day)]
    return [*values, *_worst(_cause_rates(book, key, day) for key in keys.partners)]


def _cause_rates(book: RateBook, key: AspectKey, day: int) -> tuple[float, float]:
    """The payer's rate shrunk to that of all payers, over all time and recent."""
    shared, _ = book.rate(key.shared, _CAUSE_PRIOR, _CAUSE)
    own, recent = book.both_rates(key.own, day, shared, _CAUSE)
    return _logit(own), _logit(recent)


def _worst(rates: Iterable[tuple[float, float]]) -> tuple[float, float]:
    return max(rates, default=(_NO_RULE, _NO_RULE))


def _logit(probability: float) -> float:
    return log(probability / (1 - probability))


def _join(first: float, second: float, overall: float) -> float:
    """What two rates say together when each acts on the odds alone."""
    return 1 / (1 + exp(_logit(overall) - _logit(first) - _logit(second)))
