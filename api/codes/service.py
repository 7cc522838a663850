"""What the code routes do."""

from datetime import date

from api.codes.schemas import CodeRecord
from api.errors import FieldProblem, InvalidError, UnknownError
from data.code_library import CodeLibrary
from data.codes import CodeSystem, InvalidCodeError, parse_code
from data.codeset import CodeSet


def get_code(library: CodeLibrary, system: CodeSystem, text: str, on: date | None, *, today: date) -> CodeRecord:
    """Raises InvalidError for a malformed code, UnknownError for one that the release does not hold."""
    compact = _parse(system, text)
    release = _find_release(library, system, on, today)
    entry = release.find(compact)
    if entry is not None:
        return CodeRecord.of(release, entry)
    retired = release.find_retired(compact)
    if retired is None:
        raise UnknownError("the release holds no such code")
    return CodeRecord.of_retired(release, retired)


def _parse(system: CodeSystem, text: str) -> str:
    try:
        return parse_code(system, text).compact
    except InvalidCodeError:
        field = FieldProblem(location="path", pointer="/code", rule="malformed_code", expected="a code of the system")
        raise InvalidError(errors=[field]) from None


def _find_release(library: CodeLibrary, system: CodeSystem, on: date | None, today: date) -> CodeSet:
    """Without a day the release of today, or the latest when none at hand holds today."""
    release = library.release_on(system, on or today)
    if release is None and on is None:
        release = library.latest(system)
    if release is None:
        raise UnknownError("no release of this system is at hand for the day")
    return release
