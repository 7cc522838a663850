"""`chartcode import`: official files become dated tables of the operator's home.

`IMPORTERS` says which kinds there are; a new kind is one more entry. Nothing is stored before all files were read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from data.code_library import load_library
from data.home import Home
from data.import_sources import ReleaseImportError, SourceFiles, read_sources
from data.importers.claim_edits import ADDON, CONTRACT, COVERAGE, MUE, NCCI, PFS
from data.importers.cpt import CPT
from data.importers.hcpcs import HCPCS
from data.importers.icd10cm import ICD10CM
from data.importers.icd10cm_index import ICD10CM_INDEX
from data.importers.icd10pcs import ICD10PCS
from data.importers.request import ImportedTable, Importer, ImportRequest
from data.tables import TableError, TableManifest, find_manifests, load_table, save_table

IMPORTERS: dict[str, Importer] = {
    importer.kind: importer
    for importer in (ICD10CM, ICD10CM_INDEX, ICD10PCS, HCPCS, CPT, NCCI, MUE, ADDON, PFS, COVERAGE, CONTRACT)
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import. `is_new` is False when the same files had been imported before: nothing was changed."""

    kind: str
    release: str
    valid_from: date
    valid_to: date | None
    rows: int
    rejected: int
    is_new: bool
    source_names: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def import_release(  # noqa: PLR0913
    kind: str,
    paths: Sequence[Path],
    *,
    home: Home,
    release: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    accept_licence: str | None = None,
    by: str,
) -> ImportReport:
    """Reads files of one kind and stores them as a release. Raises ReleaseImportError, and then stores nothing."""
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise ReleaseImportError(f"unknown kind; known are {', '.join(sorted(IMPORTERS))}")
    _check_licence(importer, accept_licence)
    files = read_sources(paths)
    if known := _find_same(home, kind, files, release, valid_from, valid_to):
        return _report(known, is_new=False)
    imported = importer.read(ImportRequest(files.sources, load_library(home), release, valid_from, valid_to))
    manifest = _manifest(importer, files, imported, by)
    save_table(home, manifest, imported.table)
    return _report(manifest, is_new=True, imported=imported)


def _check_licence(importer: Importer, accepted: str | None) -> None:
    needed = importer.must_accept
    if needed is not None and (accepted or "").casefold() != needed.casefold():
        raise ReleaseImportError(f"{importer.kind} is licensed by the {needed}: name {needed} to accept its licence")


def _find_same(
    home: Home, kind: str, files: SourceFiles, release: str | None, valid_from: date | None, valid_to: date | None
) -> TableManifest | None:
    """The stored release that came from the same files, when nothing else is asked of it and it can be read."""
    for manifest in find_manifests(home, kind):
        said = ((release, manifest.release), (valid_from, manifest.valid_from), (valid_to, manifest.valid_to))
        is_same = sorted(manifest.source_sha256) == sorted(files.sha256)
        if is_same and all(asked in (None, stored) for asked, stored in said) and _is_readable(home, manifest):
            return manifest
    return None


def _is_readable(home: Home, manifest: TableManifest) -> bool:
    try:
        load_table(home, manifest.kind, manifest.release)
    except (TableError, FileNotFoundError):
        return False
    return True


def _manifest(importer: Importer, files: SourceFiles, imported: ImportedTable, by: str) -> TableManifest:
    try:
        return TableManifest(
            kind=importer.kind,
            release=imported.period.release,
            valid_from=imported.period.valid_from,
            valid_to=imported.period.valid_to,
            rows=imported.table.num_rows,
            source_names=files.names,
            source_sha256=files.sha256,
            imported_at=datetime.now(UTC),
            licence=importer.licence,
            accepted_by=by if importer.must_accept else None,
        )
    except ValidationError:
        raise ReleaseImportError(
            "a release's name has letters, digits, dots, dashes and underscores, 64 at most"
        ) from None


def _report(manifest: TableManifest, *, is_new: bool, imported: ImportedTable | None = None) -> ImportReport:
    return ImportReport(
        kind=manifest.kind,
        release=manifest.release,
        valid_from=manifest.valid_from,
        valid_to=manifest.valid_to,
        rows=manifest.rows,
        rejected=imported.rejected if imported else 0,
        is_new=is_new,
        source_names=manifest.source_names,
        remarks=imported.remarks if imported else (),
    )
