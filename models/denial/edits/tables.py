"""Which imported tables a claim can be held against, and how old they are."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from data.codes import CodeSystem
from data.reviews import ReasonCategory as Reason
from data.reviews import Severity, Source
from models.denial.edits.context import ClaimContext
from models.denial.edits.references import Dated, Releases
from models.denial.edits.rule import Finding, TableKind, rule

_TABLE_RELEASES = Source(name="Imported edit tables", release="in force", citation="Days that the release is for")
_KINDS = {CodeSystem.CPT: TableKind.CPT, CodeSystem.HCPCS: TableKind.HCPCS}
_NONE: Releases[Any] = Releases()


def releases_for(context: ClaimContext) -> Mapping[TableKind, Releases[Any]]:
    references = context.references
    return {
        TableKind.NCCI: references.ncci.get(context.setting, _NONE),
        TableKind.MUE: references.mue.get(context.setting, _NONE),
        TableKind.ADDON: references.addon,
        TableKind.PFS: references.pfs,
        TableKind.COVERAGE: references.coverage,
    }


def missing_tables(context: ClaimContext) -> frozenset[TableKind]:
    """The tables that were not imported, the code systems of the claim without a release for its days, and the
    patient's past when it was not given."""
    missing = [kind for kind, releases in releases_for(context).items() if not releases.dated]
    billed = {(line.procedure.code.system, line.service_date) for line in context.claim.lines}
    release_on = context.references.library.release_on
    missing += [_KINDS[system] for system, day in billed if release_on(system, day) is None]
    if context.history is None:
        missing.append(TableKind.HISTORY)
    return frozenset(missing)


@rule(
    "table.outdated",
    Severity.INFO,
    Reason.OTHER,
    _TABLE_RELEASES,
    "The imported tables are those of the day of service.",
)
def outdated(context: ClaimContext) -> Iterator[Finding]:
    for kind, releases in releases_for(context).items():
        dated = releases.on(context.last_service)
        if dated and _is_outdated(dated, context.last_service):
            yield Finding(
                f"The {kind.value} table {dated.release} is not for {context.last_service}; import that day's release.",
                release=dated.release,
            )


def _is_outdated(dated: Dated[Any], day: date) -> bool:
    return day < dated.valid_from or (dated.valid_to is not None and day > dated.valid_to)


RULES = (outdated,)
