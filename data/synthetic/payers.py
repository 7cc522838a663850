"""Invented payers, each with rules that no claim shows and that change over the months."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from data.notes import Payer, PayerKind
from data.reviews import ReasonCategory as Reason
from data.synthetic.dice import Dice
from data.synthetic.services import SyntheticService, load_encounter_kinds, load_services

MONTHS = 27
# Published initial denial rates by kind of payer, and how many invented payers there are of each.
_KINDS: Mapping[PayerKind, tuple[float, int]] = {
    PayerKind.COMMERCIAL: (0.139, 4),
    PayerKind.MEDICARE: (0.084, 1),
    PayerKind.MEDICARE_ADVANTAGE: (0.155, 3),
    PayerKind.MEDICAID: (0.167, 1),
    PayerKind.MANAGED_MEDICAID: (0.151, 2),
    PayerKind.OTHER: (0.188, 2),
}
# Marketplace issuers spread around their mean like Beta(13, 52).
_SPREAD = 65
_CHANGE_SHARE = 0.3
_BENEFIT_LIMITED = frozenset(
    {"82306", "90750", "A4253", "97035", "20553", "96127", "99406", "J7325", "69210", "92083", "11721", "17110",
     "77080", "81003", "G0444", "95886", "94060", "93880", "77063", "L3908"}
)  # fmt: skip
_AUTHORIZED_FAMILIES = {
    "surgery": 0.75,
    "infusion": 0.6,
    "device": 0.5,
    "scope": 0.25,
    "therapy": 0.2,
    "behavioral": 0.1,
}
_AUTHORIZED_CODES = {"95810": 0.7, "64483": 0.6, "64493": 0.6, "17311": 0.2, "95910": 0.3, "93015": 0.2}
_AUTHORIZING = {PayerKind.MEDICARE: 0.1, PayerKind.MEDICARE_ADVANTAGE: 1.1, PayerKind.COMMERCIAL: 0.85}
_COSTLY_CENTS = 60_000
_COVERED_FAMILIES = frozenset({"imaging", "test", "lab", "minor", "drug", "scope", "infusion", "therapy"})
_CARCS: Mapping[Reason, tuple[str, ...]] = {
    Reason.ELIGIBILITY: ("27", "31", "26", "177", "200"),
    Reason.COORDINATION_OF_BENEFITS: ("22", "24", "19"),
    Reason.CLAIM_DATA: ("16", "129", "208", "109"),
    Reason.AUTHORIZATION: ("197", "198", "284", "296"),
    Reason.NON_COVERED: ("96", "204", "119", "256"),
    Reason.MEDICAL_NECESSITY: ("50", "150", "40"),
    Reason.BUNDLING: ("97", "236", "234", "231"),
    Reason.UNITS: ("151", "222"),
    Reason.DOCUMENTATION: ("252", "226", "163", "227"),
    Reason.TIMELY_FILING: ("29",),
    Reason.DUPLICATE: ("18",),
    Reason.PROVIDER: ("B7", "185", "170"),
    Reason.CODING: ("4", "11", "16", "146"),
    Reason.OTHER: ("A1",),
}


@dataclass(frozen=True, slots=True)
class Covered:
    """From a month on, only these diagnosis categories are covered."""

    month: int
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class SyntheticPayer:
    """A payer and what it never tells. Procedures map to the month from which a rule holds (0 = always)."""

    payer: Payer
    share: float
    denial_rate: float
    filing_limit_days: int
    answer_days: float
    allowed_ratio: float
    authorization: Mapping[str, int]
    not_covered: Mapping[str, int]
    covered: Mapping[str, Covered]
    unit_limits: Mapping[str, int]
    record_requests: Mapping[str, float]
    family_scrutiny: Mapping[str, float]
    wants_telehealth_modifier: bool
    strictness: Mapping[str, float]
    monthly_mood: tuple[float, ...]
    carcs: Mapping[Reason, tuple[tuple[str, float], ...]]


STRICT_RULES = (
    *("authorization", "coverage", "not_covered", "separate_visit", "pair", "side", "units", "add_on", "duplicate"),
    *("place", "telehealth", "patient", "diagnosis", "provider", "timely", "claim_data"),
)


def draw_payers(dice: Dice) -> tuple[SyntheticPayer, ...]:
    """One to four payers of each kind; the first of a kind is `demo-<kind>`."""
    payers = []
    for kind, (rate, count) in _KINDS.items():
        for number in range(1, count + 1):
            name = f"demo-{kind.value}" if number == 1 else f"demo-{kind.value}-{number}"
            payers.append(_draw_payer(dice, Payer(payer_id=name, kind=kind), rate))
    return tuple(payers)


def _draw_payer(dice: Dice, payer: Payer, rate: float) -> SyntheticPayer:
    services = load_services()
    return SyntheticPayer(
        payer=payer,
        share=dice.factor(0.3),
        denial_rate=dice.rate(rate, _SPREAD),
        filing_limit_days=365 if payer.kind is PayerKind.MEDICARE else dice.choice((90, 120, 180, 180, 365)),
        answer_days=dice.uniform(12, 30),
        allowed_ratio=dice.uniform(0.35, 0.7),
        authorization=_draw_authorization(dice, payer.kind),
        not_covered={code: _start(dice) for code in sorted(_BENEFIT_LIMITED) if dice.chance(0.1)},
        covered=_draw_coverage(dice),
        unit_limits=_draw_unit_limits(dice),
        record_requests=_draw_record_requests(dice),
        family_scrutiny={family: dice.factor(0.7) for family in sorted({s.family for s in services.values()})},
        wants_telehealth_modifier=dice.chance(0.7),
        strictness={name: dice.rate(0.86, 14) for name in STRICT_RULES},
        monthly_mood=tuple(dice.factor(0.12) for _ in range(MONTHS + 1)),
        carcs={reason: _draw_favourites(dice, codes) for reason, codes in _CARCS.items()},
    )


def _start(dice: Dice) -> int:
    """Most rules were always there; the others begin in some month of the world."""
    return dice.randint(4, MONTHS - 2) if dice.chance(_CHANGE_SHARE) else 0


def _draw_authorization(dice: Dice, kind: PayerKind) -> dict[str, int]:
    factor = _AUTHORIZING.get(kind, 1.0)
    return {
        code: _start(dice)
        for code, service in load_services().items()
        if dice.chance(min(0.95, factor * authorization_chance(service)))
    }


def authorization_chance(service: SyntheticService) -> float:
    """How usual it is that payers ask for an authorization."""
    code = service.code.compact
    if service.family in ("imaging", "drug") and service.charge_cents >= _COSTLY_CENTS:
        return 0.65
    return _AUTHORIZED_CODES.get(code, _AUTHORIZED_FAMILIES.get(service.family, 0.0))


@cache
def usual_categories() -> Mapping[str, Mapping[str, float]]:
    """By procedure, the categories of the first diagnoses that it is done for, with weights."""
    usual: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for kinds in load_encounter_kinds().values():
        for kind in kinds:
            total = sum(weight for _, weight in kind.first)
            for procedure in kind.procedures:
                for diagnosis, weight in kind.first:
                    usual[procedure.code][diagnosis.category] += weight / total * procedure.probability
    return usual


def _draw_coverage(dice: Dice) -> dict[str, Covered]:
    covered: dict[str, Covered] = {}
    for code, service in load_services().items():
        if service.family in _COVERED_FAMILIES and dice.chance(0.2):
            categories = sorted(usual_categories().get(code, {}))
            refused = {category for category in categories if dice.chance(0.1)}
            if refused and len(refused) < len(categories):
                covered[code] = Covered(_start(dice), frozenset(categories) - refused)
    return covered


def _draw_unit_limits(dice: Dice) -> dict[str, int]:
    limits = {code: dice.choice((2, 3, 4, 4)) for code in ("97110", "97112", "97140", "97530")}
    return limits | {"J3301": dice.choice((4, 8)), "J1885": dice.choice((2, 4)), "17003": dice.choice((6, 13))}


def _draw_record_requests(dice: Dice) -> dict[str, float]:
    wanted = (
        "99215",
        "99205",
        "99285",
        "90837",
        "J1745",
        "J0178",
        "J7325",
        "27447",
        "78452",
        "97530",
        "E0601",
        "11042",
    )
    return {code: dice.uniform(0.08, 0.35) for code in wanted if dice.chance(0.3)}


def _draw_favourites(dice: Dice, codes: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    order = [codes[0], *dice.sample(codes[1:], len(codes) - 1)]
    return tuple((code, 0.6**rank) for rank, code in enumerate(order))
