"""The hierarchy of infusions and injections into a vein: one first service a day, the others follow it.

Cancer medicine ranks above other medicine, medicine above fluids, a drip above a push (CPT guidelines, hydration,
therapeutic and chemotherapy administration). A drip of up to 15 minutes, or without a documented time, is a push.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.catalogue import Catalogue
from data.codes import Cpt, Hcpcs
from data.services import UnitRule
from models.coding.procedures.lines import Line

_SOURCE = "CPT guidelines, hydration, therapeutic and chemotherapy infusions"
_PUSH = 15
_HYDRATION = 30
_PUMP = 8 * 60
# Biologics whose drip takes the care of cancer medicine.
_COMPLEX = frozenset(
    map(
        Hcpcs,
        (
            "J0129 J0174 J0175 J0180 J0202 J0219 J0221 J0222 J0490 J0491 J0638 J1299 J1300 J1301 J1302 J1303"
            " J1305 J1323 J1602 J1628 J1745 J1786 J1823 J2182 J2267 J2323 J2327 J2329 J2350 J2351 J2356 J2357"
            " J2507 J2786 J2860 J3032 J3055 J3241 J3245 J3247 J3262 J3357 J3358 J3380 J0517 J9210 J9332 J9333"
            " J9334 J9381 Q5103 Q5104 Q5121 Q5133 Q5134 Q5135 Q5138 Q5151 Q5152"
        ).split(),
    )
)
_FLUIDS = frozenset(map(Hcpcs, "J7030 J7040 J7042 J7050 J7060 J7070 J7120 J7121".split()))
_HORMONES = frozenset(map(Hcpcs, "J1950 J1951 J3315 J3316 J9155 J9202 J9217 J9218 J9226 J9395".split()))
_VEIN = ("iv", "iv_push", "iv_infusion")


@dataclass(frozen=True, slots=True)
class _Dose:
    """A medicine given into a vein; `minutes` of its drip, 0 for a push."""

    line: Line
    is_chemotherapy: bool
    minutes: float

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Pumps, which run on at home, come last."""
        is_pump = self.minutes > _PUMP
        return (self.is_chemotherapy and not is_pump, self.minutes > 0 and not is_pump, self.minutes)


def infuse(lines: Sequence[Line], catalogue: Catalogue) -> list[Line]:
    """The lines with the administrations into a vein that their drugs and fluids call for."""
    doses = sorted((dose for line in lines if (dose := _read(line)) is not None), key=lambda d: d.rank, reverse=True)
    given = [line for number, dose in enumerate(doses) for line in _give(dose, number == 0, catalogue)]
    injected = list(_inject_cancer_drugs(lines, catalogue))
    fluids = [line for line in lines if line.service.family == "hydration"]
    others = [line for line in lines if line.service.family != "hydration" and (fluids or not _is_fluid(line))]
    hydrated = list(_hydrate(fluids, bool(given), catalogue)) if fluids else []
    return [*others, *given, *injected, *hydrated]


def _is_fluid(line: Line) -> bool:
    """Fluids are billed when they were the treatment, not when they rinsed a wound or carried a medicine."""
    return line.service.code in _FLUIDS


def _read(line: Line) -> _Dose | None:
    is_chemotherapy = line.service.family == "cancer_drug" or line.service.code in _COMPLEX
    route = line.text("route") or ("iv_infusion" if is_chemotherapy and _minutes(line) else "")
    if line.service.family not in ("drug", "cancer_drug") or line.service.code in _FLUIDS or route not in _VEIN:
        return None
    minutes = _minutes(line) if route != "iv_push" else 0
    return _Dose(line, is_chemotherapy, minutes if minutes > _PUSH else 0)


def _minutes(line: Line) -> float:
    known = line.known.get("minutes")
    return float(known.value) if known is not None and not isinstance(known.value, str) else 0


def _give(dose: _Dose, is_first: bool, catalogue: Catalogue) -> Iterator[Line]:
    if dose.is_chemotherapy and dose.minutes > _PUMP:
        yield _line(catalogue, "96416", dose.line, 1, f"A pump was begun that runs for {dose.minutes / 60:g} hours.")
        return
    if dose.minutes:
        first, later, hours = ("96413", "96417", "96415") if dose.is_chemotherapy else ("96365", "96367", "96366")
    else:
        first, later, hours = ("96409", "96411", "") if dose.is_chemotherapy else ("96374", "96375", "")
    place = "First" if is_first else "Further"
    how = f"for {dose.minutes:g} minutes" if dose.minutes else "by push"
    text = f"{place} medicine into a vein, {how}."
    yield _line(catalogue, first if is_first else later, dose.line, 1, text)
    further = _hour_parts(catalogue, hours, dose.minutes) if hours else 0
    if further:
        yield _line(catalogue, hours, dose.line, further, f"{further} further hours, each begun for over 30 minutes.")


def _hour_parts(catalogue: Catalogue, code: str, minutes: float) -> int:
    rule: UnitRule = catalogue.get(Cpt(code)).unit_rule
    return rule.parts(minutes)


def _hydrate(fluids: Sequence[Line], has_first: bool, catalogue: Catalogue) -> Iterator[Line]:
    """Fluids of more than half an hour; less is not billed."""
    line = max(fluids, key=_minutes)
    minutes = _minutes(line)
    if minutes <= _HYDRATION:
        return
    text = f"Fluids into a vein for {minutes:g} minutes."
    if not has_first:
        yield _line(catalogue, "96360", line, 1, text)
    further = _hour_parts(catalogue, "96361", minutes) + has_first
    if further:
        yield _line(catalogue, "96361", line, further, text)


def _inject_cancer_drugs(lines: Sequence[Line], catalogue: Catalogue) -> Iterator[Line]:
    for line in lines:
        if line.service.family == "cancer_drug" and line.text("route") in ("im", "sc"):
            code = "96402" if line.service.code in _HORMONES else "96401"
            yield _line(catalogue, code, line, 1, "Cancer medicine injected under the skin or into muscle.")


def _line(catalogue: Catalogue, code: str, drug: Line, units: int, text: str) -> Line:
    line = Line(catalogue.get(Cpt(code)), drug.certainty, drug.evidence, units=units)
    return line.because("procedure.infusion", text, _SOURCE)
