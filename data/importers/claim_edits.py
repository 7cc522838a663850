"""Imports the tables that claim edits and reports read. Those of CMS hold CPT numbers, which the AMA licenses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa

from data.contract_rates import KIND
from data.formats.addon import parse_addon
from data.formats.contract_rates import parse_contract_rates
from data.formats.coverage import parse_coverage
from data.formats.fee_schedule import parse_fee_schedule
from data.formats.mue import parse_mue
from data.formats.ncci import guess_setting, parse_ncci
from data.formats.official_xml import LayoutError
from data.formats.parsed import ParsedTable
from data.import_sources import ReleaseImportError, Source
from data.importers.quarter import guess_quarter
from data.importers.request import ImportedTable, Importer, ImportRequest, Period, base_name, settle_period
from data.ncci_pairs import SETTING_KEY, EditSetting

_LICENCE = "CMS; CPT numbers copyright American Medical Association"
Parse = Callable[[bytes], ParsedTable]


def read_by_setting(request: ImportRequest, parse: Parse) -> ImportedTable:
    """The files of one setting; the setting is part of the release's name, so that settings stand side by side."""
    parsed = _parse_all(request.sources, parse)
    settings = {guess_setting(base_name(source), table.preamble) for source, table in parsed}
    if len(settings) > 1:
        raise ReleaseImportError(f"import the tables for {' and '.join(sorted(settings))} one after the other")
    setting = settings.pop()
    period = _name_setting(_settle(request, parsed), setting)
    table = pa.concat_tables([one.table for _, one in parsed]).replace_schema_metadata({SETTING_KEY: setting.encode()})
    if "pair" in table.column_names:
        table = table.sort_by([("pair", "ascending"), ("first_day", "ascending")])
    return ImportedTable(table, period, _count_rejected(parsed))


def read_as_one(request: ImportRequest, parse: Parse) -> ImportedTable:
    parsed = _parse_all(request.sources, parse)
    table = pa.concat_tables([one.table for _, one in parsed])
    return ImportedTable(table, _settle(request, parsed), _count_rejected(parsed))


def read_fee_schedule(request: ImportRequest) -> ImportedTable:
    """One relative value file, or indicators and values in two files that complete each other."""
    fitting = [source for source, _ in _parse_all(request.sources, parse_fee_schedule)]
    parsed = parse_fee_schedule(*(source.content for source in fitting))
    return ImportedTable(parsed.table, _settle(request, [(source, parsed) for source in fitting]), parsed.rejected)


NCCI = Importer("ncci", partial(read_by_setting, parse=parse_ncci), _LICENCE, must_accept="AMA")
MUE = Importer("mue", partial(read_by_setting, parse=parse_mue), _LICENCE, must_accept="AMA")
ADDON = Importer("addon", partial(read_as_one, parse=parse_addon), _LICENCE, must_accept="AMA")
PFS = Importer("pfs", read_fee_schedule, _LICENCE, must_accept="AMA")
COVERAGE = Importer("coverage", partial(read_as_one, parse=parse_coverage), "the operator's own")
CONTRACT = Importer(KIND, partial(read_as_one, parse=parse_contract_rates), "the operator's own")


def _parse_all(sources: Sequence[Source], parse: Parse) -> list[tuple[Source, ParsedTable]]:
    """Files of another layout are passed over when they came along in a zip or folder."""
    parsed: list[tuple[Source, ParsedTable]] = []
    for source in sources:
        try:
            table = parse(source.content)
        except LayoutError as error:
            if not source.is_companion:
                raise ReleaseImportError(f"{source.name}: {error}") from None
            continue
        if table.table.num_rows:
            parsed.append((source, table))
        elif not source.is_companion:
            raise ReleaseImportError(f"{source.name}: no row could be read")
    if not parsed:
        raise ReleaseImportError(f"{sources[0].name}: none of the files holds such a table")
    return parsed


def _settle(request: ImportRequest, parsed: Sequence[tuple[Source, ParsedTable]]) -> Period:
    return settle_period(request, guess_quarter(source.name for source, _ in parsed))


def _name_setting(period: Period, setting: EditSetting) -> Period:
    if setting.value in period.release.lower():
        return period
    return replace(period, release=f"{period.release}-{setting.value}")


def _count_rejected(parsed: Sequence[tuple[Source, ParsedTable]]) -> int:
    return sum(table.rejected for _, table in parsed)
