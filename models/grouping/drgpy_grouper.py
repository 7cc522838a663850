"""MS-DRGs by the package drgpy, which holds the tables of CMS's definitions manual from v36 (FY2019) on."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

from data.codes import Icd10Cm
from data.notes import Sex
from data.stays import Group, GrouperMissingError, GroupingError, GroupKind, Level, Stay
from models.grouping.grouper import Ranked

# A version takes two seconds to read and a hundred megabytes to hold.
_VERSIONS_HELD = 2
_SEXES = {Sex.FEMALE: ("F",), Sex.MALE: ("M",)}
_EITHER = ("F", "M")
# Versions are in force to the end of their fiscal year, unless another begins before.
_LAST_MONTH, _LAST_DAY = 9, 30
_REFUSED = {
    "998": "is invalid as the principal diagnosis of a discharge",
    "999": "gives no group with these codes",
    "000": "gives no group with these codes",
}
# Of an angioplasty without a stent drgpy 0.2.1 names the groups of those with a stent first, and CMS's own second.
_STENTED, _NO_STENT = frozenset({"321", "322"}), "250&251|ORPCS"
_STENT = "INTRALUMINAL DEVICE"


class DrgpyGrouper:
    """Reads a version when a stay first needs it; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read = lru_cache(maxsize=_VERSIONS_HELD)(_read_engine)

    def version_of(self, stay: Stay) -> str:
        version = _find_version(stay.discharged_on)
        return f"MS-DRG {version.name} (FY{_fiscal_year(version.effective_date)})"

    def group(self, stays: Sequence[Stay]) -> list[Group]:
        return [self._group(stay) for stay in stays]

    def rank_secondary(self, stay: Stay, group: Group) -> list[Ranked]:
        engine = self._engine(stay)
        return [_rank(engine, stay, group, code) for code in stay.secondary]

    def _engine(self, stay: Stay) -> Any:
        version = _find_version(stay.discharged_on)
        with self._lock:
            return self._read(version.name)

    def _group(self, stay: Stay) -> Group:
        """A stay of unknown sex falls into a group when both sexes would."""
        engine = self._engine(stay)
        if stay.principal.compact not in engine.dxmap:
            raise GroupingError(f"{stay.principal} can't be the principal diagnosis of a stay")
        found = {_find_drg(engine, stay, sex) for sex in _SEXES.get(stay.sex, _EITHER)}
        if len(found) > 1:
            raise GroupingError("the group depends on the patient's sex, which is not known")
        (drg,) = found
        if drg in _REFUSED:
            raise GroupingError(f"{stay.principal} {_REFUSED[drg]}")
        row = engine.drgmap[drg]
        kind = GroupKind.SURGICAL if row["is_surgical"] else GroupKind.MEDICAL
        return Group(drg=drg, title=row["desc"], mdc=row["mdc"], kind=kind)


def _find_drg(engine: Any, stay: Stay, sex: str) -> str:
    codes = [stay.principal.compact, *(code.compact for code in stay.secondary)]
    procedures = [code.compact for code in stay.procedures]
    found = engine.get_drg_all(codes, procedures, sex, stay.is_alive, discharge_status=stay.discharge_status)
    if found and found[0] in _STENTED and not _has_stent(engine, procedures):
        found = [drg for drg in found if drg not in _STENTED]
    return found[0] if found else "000"


def _has_stent(engine: Any, procedures: Sequence[str]) -> bool:
    """True as well when nothing else than a stent would explain the group."""
    labels = [engine.prmap.get(code, ()) for code in procedures]
    if not any(_NO_STENT in own for own in labels):
        return True
    return any(_STENT in label and f"WITHOUT {_STENT}" not in label for own in labels for label in own)


def _rank(engine: Any, stay: Stay, group: Group, code: Icd10Cm) -> Ranked:
    row = engine.ccmap.get(code.compact)
    if row is None:
        return Ranked(code, Level.NONE)
    is_excluded = (
        stay.principal.compact in engine.exmap.get(row["pdx"], ())
        or code.compact in engine.drg_exclusions.get(group.drg, ())
        or (row["aowa"] and not stay.is_alive)
    )
    return Ranked(code, Level(row["level"].lower()), is_excluded)


def _find_version(day: date) -> Any:
    """Raises GroupingError for a day that no version of the package covers: it would take its newest for ever."""
    try:
        from drgpy._versions import SUPPORTED_VERSIONS
    except ImportError:
        raise GrouperMissingError("the package drgpy is not installed") from None
    begun = [version for version in SUPPORTED_VERSIONS if version.effective_date <= day]
    newest = SUPPORTED_VERSIONS[-1]
    last_day = date(_fiscal_year(newest.effective_date), _LAST_MONTH, _LAST_DAY)
    if not begun or day > last_day:
        first_day = SUPPORTED_VERSIONS[0].effective_date
        raise GroupingError(f"the grouper covers discharges from {first_day} to {last_day}, not {day}")
    return begun[-1]


def _fiscal_year(day: date) -> int:
    return day.year + (day.month > _LAST_MONTH)


def _read_engine(version: str) -> Any:
    from drgpy.msdrg import DRGEngine

    return DRGEngine(version=version)
