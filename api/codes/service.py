"""What the code routes do."""

from datetime import date
from functools import cache

from api.codes.schemas import CodeRecord
from api.errors import FieldProblem, InvalidError, UnknownError
from api.services import CodeLibrary
from data.catalogue import load_catalogue
from data.codes import Code, CodeSystem, Cpt, Hcpcs, InvalidCodeError, parse_code
from data.codeset import CodeSet

_find_catalogue = cache(load_catalogue)


def get_code(library: CodeLibrary, system: CodeSystem, text: str, on: date | None, *, today: date) -> CodeRecord:
    """Raises InvalidError for a malformed code, UnknownError for one that is not known for the day."""
    code = _parse(system, text)
    release = _find_release(library, system, on, today)
    found = _find_in_catalogue(code, on or today) if release is None else _find_in_release(code, release)
    if found is None:
        raise UnknownError("no release at hand holds this code on that day")
    return found


def _parse(system: CodeSystem, text: str) -> Code:
    try:
        return parse_code(system, text)
    except InvalidCodeError:
        field = FieldProblem(location="path", pointer="/code", rule="malformed_code", expected="a code of the system")
        raise InvalidError(errors=[field]) from None


def _find_release(library: CodeLibrary, system: CodeSystem, on: date | None, today: date) -> CodeSet | None:
    """Without a day the release of today, or the latest when none at hand holds today."""
    release = library.release_on(system, on or today)
    return library.latest(system) if release is None and on is None else release


def _find_in_release(code: Code, release: CodeSet) -> CodeRecord | None:
    if entry := release.find(code.compact):
        return CodeRecord.of(release, entry)
    retired = release.find_retired(code.compact)
    return CodeRecord.of_retired(release, retired) if retired else None


def _find_in_catalogue(code: Code, day: date) -> CodeRecord | None:
    """The project's own words for a service."""
    service = _find_catalogue().find(code) if isinstance(code, Cpt | Hcpcs) else None
    if service is None or not service.is_valid_on(day):
        return None
    return CodeRecord.of_service(service)
