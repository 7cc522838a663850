"""Which release holds on which day."""

from datetime import date
from threading import Thread

import pytest

from data.code_library import CodeLibrary, Release, load_library
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import CodeRow, Level, from_table, to_table
from data.embedded import EMBEDDED_FROM, EMBEDDED_RELEASE, EMBEDDED_TO, embedded_cache
from data.home import Home


def code_set(release: str, first: date, last: date | None, system: CodeSystem = CodeSystem.HCPCS) -> CodeSet:
    rows = [CodeRow(Level.CODE, "J1885", "Ketorolac", is_billable=True)]
    return from_table(system, release, first, last, to_table(rows))


JANUARY = code_set("2026-01", date(2026, 1, 1), None)
APRIL = code_set("2026-04", date(2026, 4, 1), date(2026, 6, 30))
LIBRARY = CodeLibrary.of(JANUARY, APRIL)


@pytest.mark.parametrize(
    ("day", "release"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "2026-01"),
        (date(2026, 3, 31), "2026-01"),
        (date(2026, 4, 1), "2026-04"),
        (date(2026, 6, 30), "2026-04"),
        (date(2026, 7, 1), "2026-01"),
    ],
)
def test_the_release_that_began_last_holds(day: date, release: str | None) -> None:
    found = LIBRARY.release_on(CodeSystem.HCPCS, day)
    assert (found.release if found else None) == release


def test_systems_are_kept_apart() -> None:
    assert LIBRARY.latest(CodeSystem.HCPCS) is APRIL
    assert LIBRARY.latest(CodeSystem.CPT) is None
    assert [release.release for release in LIBRARY.releases(CodeSystem.HCPCS)] == ["2026-04", "2026-01"]
    assert LIBRARY.find_release(CodeSystem.HCPCS, "2026-01") is JANUARY
    assert LIBRARY.find_release(CodeSystem.HCPCS, "2019-01") is None


def test_a_release_is_read_once_and_only_when_asked_for() -> None:
    reads: list[int] = []

    def load() -> CodeSet:
        reads.append(1)
        return JANUARY

    library = CodeLibrary([Release(CodeSystem.HCPCS, "2026-01", date(2026, 1, 1), None, load, "x")])
    assert not reads
    threads = [Thread(target=library.latest, args=(CodeSystem.HCPCS,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == [1]


def test_the_embedded_release_is_there_without_an_import(code_library: CodeLibrary) -> None:
    [release] = code_library.releases(CodeSystem.ICD10CM)
    assert (release.release, release.valid_from, release.valid_to) == (EMBEDDED_RELEASE, EMBEDDED_FROM, EMBEDDED_TO)
    assert code_library.release_on(CodeSystem.ICD10CM, date(2026, 10, 1)) is None


def test_a_damaged_cache_is_built_anew(code_home: Home, home: Home) -> None:
    source = embedded_cache(code_home)
    target = embedded_cache(home)
    target.parent.mkdir(parents=True)
    target.write_bytes(source.read_bytes()[:1000])
    found = load_library(home).latest(CodeSystem.ICD10CM)
    assert found is not None
    assert len(found) == 98_186
    assert target.stat().st_size == source.stat().st_size
