"""What the rules read besides the claim: code sets, global periods and the imported edit tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar

import pyarrow as pa

from data.add_ons import AddOns
from data.catalogue import load_catalogue
from data.code_library import CodeLibrary
from data.code_notes import NoteKind
from data.codeset import CodeSet
from data.coverage import CoveragePolicies
from data.fee_schedule import FeeSchedule
from data.home import Home
from data.ncci_pairs import SETTING_KEY, EditSetting, NcciPairs
from data.payer_rules import RecordedPayerRule, read_payer_rules, standing_rules
from data.tables import TableManifest, find_tables
from data.unit_limits import UnitLimits

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A table with the days that its release is for."""

    release: str
    valid_from: date
    valid_to: date | None
    table: T


@dataclass(frozen=True, slots=True)
class Releases(Generic[T]):
    """Releases of one table, newest first; none when it was not imported."""

    dated: tuple[Dated[T], ...] = ()

    def on(self, day: date) -> Dated[T] | None:
        """The newest release that had begun by the day, else the oldest: an old table is better than none."""
        for dated in self.dated:
            if dated.valid_from <= day:
                return dated
        return self.dated[-1] if self.dated else None


@dataclass(frozen=True)
class EditReferences:
    """`global_periods` are periods such as 000, 010, 090 by procedure, for when no fee schedule is loaded."""

    library: CodeLibrary
    global_periods: Mapping[str, str] = field(default_factory=dict)
    ncci: Mapping[EditSetting, Releases[NcciPairs]] = field(default_factory=dict)
    mue: Mapping[EditSetting, Releases[UnitLimits]] = field(default_factory=dict)
    addon: Releases[AddOns] = Releases()
    pfs: Releases[FeeSchedule] = Releases()
    coverage: Releases[CoveragePolicies] = Releases()
    payer_rules: Sequence[RecordedPayerRule] = ()


@lru_cache(maxsize=65_536)
def is_excluded(code_set: CodeSet, code: str, other: str) -> bool:
    """True when an Excludes1 note of `code`, or of what stands above it, names `other`."""
    return any(note.refers_to(other) for note in code_set.notes(code, NoteKind.EXCLUDES1, inherited=True))


def load_edit_references(home: Home, library: CodeLibrary) -> EditReferences:
    """Raises TableError when an imported table is damaged, ValidationError when a payer rule is."""
    return EditReferences(
        library=library,
        global_periods={service.code.compact: service.global_period.value for service in load_catalogue().services},
        ncci=_load_by_setting(home, "ncci", NcciPairs),
        mue=_load_by_setting(home, "mue", UnitLimits),
        addon=_gather(find_tables(home, "addon"), AddOns),
        pfs=_gather(find_tables(home, "pfs"), FeeSchedule),
        coverage=_gather(find_tables(home, "coverage"), CoveragePolicies),
        payer_rules=standing_rules(read_payer_rules(home)),
    )


def _gather(stored: Iterable[tuple[TableManifest, pa.Table]], read: Callable[[str, pa.Table], T]) -> Releases[T]:
    return Releases(
        tuple(
            Dated(manifest.release, manifest.valid_from, manifest.valid_to, read(manifest.release, table))
            for manifest, table in stored
        )
    )


def _load_by_setting(home: Home, kind: str, read: Callable[[str, pa.Table], T]) -> Mapping[EditSetting, Releases[T]]:
    stored: dict[EditSetting, list[tuple[TableManifest, pa.Table]]] = defaultdict(list)
    for manifest, table in find_tables(home, kind):
        setting = (table.schema.metadata or {}).get(SETTING_KEY, EditSetting.PRACTITIONER.encode())
        stored[EditSetting(setting.decode())].append((manifest, table))
    return {setting: _gather(tables, read) for setting, tables in stored.items()}
