"""The ICD-10-CM release that comes with the package, read once from its XML into the cache."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

from data.codes import CodeSystem
from data.codeset import CodeSet
from data.codeset_table import from_table, to_table
from data.formats.icd10cm_tabular import parse_tabular
from data.home import Home
from data.tables import TableError, read_arrow, write_arrow

# The packaged files are CDC's update of April 2026. It brought no new code: its 74,719 billable codes are those of
# October 2025, so the release holds for the whole fiscal year.
EMBEDDED_RELEASE = "FY2026"
EMBEDDED_FROM = date(2025, 10, 1)
EMBEDDED_TO = date(2026, 9, 30)
_PACKAGE = "simple_icd_10_cm"
_CACHE_FORMAT = 4


def load_embedded_icd10cm(home: Home) -> CodeSet:
    """Reads the cache, building it when it is missing or damaged."""
    path = embedded_cache(home)
    try:
        table = read_arrow(path)
    except (FileNotFoundError, TableError):
        build_embedded_icd10cm(home)
        table = read_arrow(path)
    return from_table(CodeSystem.ICD10CM, EMBEDDED_RELEASE, EMBEDDED_FROM, EMBEDDED_TO, table)


def build_embedded_icd10cm(home: Home) -> Path:
    """Parses the packaged tabular XML into one Arrow file and returns its path. About 4 seconds."""
    _, rows = parse_tabular(_packaged_xml().read_bytes())
    path = embedded_cache(home)
    write_arrow(path, to_table(rows))
    for outdated in home.cache.glob(f"icd10cm-{EMBEDDED_RELEASE}-*.arrow"):
        if outdated != path:
            outdated.unlink(missing_ok=True)
    return path


def embedded_cache(home: Home) -> Path:
    return home.cache / f"icd10cm-{EMBEDDED_RELEASE}-{_CACHE_FORMAT}.arrow"


def _packaged_xml() -> Path:
    """Found without importing the package, which would parse all of it."""
    spec = find_spec(_PACKAGE)
    folders = spec.submodule_search_locations or [] if spec else []
    found = [path for folder in folders for path in (Path(folder) / "data").glob("*tabular*.xml")]
    if len(found) != 1:
        raise FileNotFoundError(f"{_PACKAGE} should hold one tabular XML, found {len(found)}")
    return found[0]
