"""Which encounters are coded in ICD-10-PCS, by which release, and what is said when there is none."""

from collections.abc import Sequence
from functools import cache

from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.notes import Encounter, Perspective, Setting
from data.pcs import load_pcs_reference
from data.suggestions import Query
from models.coding.answer import Answer
from models.coding.pcs.coder import PcsCoder
from models.coding.pcs.tables import PcsTables
from models.coding.policy import ProfilePolicy
from models.coding.procedures.text import ProcedureText


class StayCoder:
    """Compiles its words and reads a release when a stay first needs them."""

    def __init__(self, library: CodeLibrary) -> None:
        self._library = library
        self._tables = cache(PcsTables)

    def find_tables(self, encounter: Encounter) -> PcsTables | None:
        """The release in force on the date of service, else the newest at hand; None too where none is asked for."""
        if not is_coded_in_pcs(encounter):
            return None
        release = self._library.release_on(CodeSystem.ICD10PCS, encounter.date_of_service)
        release = release or self._library.latest(CodeSystem.ICD10PCS)
        return self._tables(release) if release else None

    def add_procedures(
        self,
        answer: Answer,
        texts: Sequence[ProcedureText],
        encounter: Encounter,
        tables: PcsTables | None,
        policy: ProfilePolicy,
    ) -> Answer:
        """Without a release nothing is suggested and the answer says so; other encounters stay as they are."""
        if not is_coded_in_pcs(encounter):
            return answer
        if tables is None:
            return answer.with_more((), (), (_ask_release(encounter, None),))
        entries, queries = _compile().find_procedures(texts, encounter, tables, policy)
        if not tables.release.is_valid_on(encounter.date_of_service):
            queries = [_ask_release(encounter, tables.release), *queries]
        return answer.with_more(entries, (), queries)


def is_coded_in_pcs(encounter: Encounter) -> bool:
    """Hospitals report ICD-10-PCS for inpatients, and for others where it is asked for."""
    is_stay = encounter.setting is Setting.INPATIENT and encounter.perspective is Perspective.FACILITY
    return is_stay or CodeSystem.ICD10PCS in encounter.code_systems


def _ask_release(encounter: Encounter, used: CodeSet | None) -> Query:
    what = f"{used.release} was used" if used else "inpatient procedures were not coded"
    text = (
        f"No ICD-10-PCS release in force on {encounter.date_of_service} is loaded; {what}. "
        "Import the release in force and code again."
    )
    return Query(about="code_set_release", text=text)


@cache
def _compile() -> PcsCoder:
    return PcsCoder(load_pcs_reference())
