"""What a code means in words, for codes that come without their term."""

from dataclasses import dataclass
from datetime import date

from api.services import CodeLibrary, CodeSearch
from data.codes import Code, CodeSystem, InvalidCodeError, parse_code


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms in force on a day; empty where none is known."""

    library: CodeLibrary
    search: CodeSearch
    on: date

    def find(self, system: CodeSystem, text: str) -> str:
        try:
            code = parse_code(system, text)
        except InvalidCodeError:
            return ""
        return self._from_release(code) or self._from_search(code)

    def _from_release(self, code: Code) -> str:
        release = self.library.release_on(code.system, self.on)
        entry = release.find(code.compact) if release else None
        return entry.term if entry else ""

    def _from_search(self, code: Code) -> str:
        """Systems without a release at hand, such as CPT, are known to the search by the project's own words."""
        hits = self.search.search(code.dotted, system=code.system, on=self.on, limit=3)
        return next((hit.term for hit in hits if hit.code == code.dotted), "")
