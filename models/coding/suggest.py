"""From encounters to suggestion sets: the one path that serving, bulk work, evaluation and replay share."""

from collections.abc import Sequence
from pathlib import Path

from spacy.tokens import Doc

from data.catalogue import load_catalogue
from data.code_library import CodeLibrary
from data.codes import CodeSystem
from data.codeset import CodeSet
from data.home import Home
from data.notes import Encounter, Profile
from data.suggestions import Query, SuggestionSet
from models.artifacts import load_manifest
from models.coding.answer import Answer, show_mentions
from models.coding.document import read_note
from models.coding.guidelines import REPORTING_RULES, Rule
from models.coding.identity import suggestion_set_id
from models.coding.link import enter_procedures, state_diagnoses
from models.coding.pcs.stays import StayCoder
from models.coding.pcs.tables import PcsTables
from models.coding.policy import FLOOR, Policy
from models.coding.procedures import ProcedureCoder, read_procedure_text
from models.coding.ranker import Purpose
from models.coding.recognize import Recognizer
from models.coding.resolve import Resolver
from models.coding.select import RanksVisits, select_diagnoses
from models.coding.siblings import Families
from models.coding.visit import VisitRanker
from models.registry import ModelRegistry

NAME = "coding"


class NoCodeSetError(LookupError):
    """No release of ICD-10-CM is at hand."""


class Suggester:
    """Holds no state between calls; safe to share between threads. Cost grows with the words of the notes."""

    def __init__(  # noqa: PLR0913 - its parts
        self,
        *,
        recognizer: Recognizer,
        resolver: Resolver,
        visit: RanksVisits,
        procedures: ProcedureCoder,
        policy: Policy,
        library: CodeLibrary,
        model_version: str,
        rules: Sequence[Rule] = REPORTING_RULES,
    ) -> None:
        self._recognizer = recognizer
        self._resolver = resolver
        self._visit = visit
        self._procedures = procedures
        self._policy = policy
        self._library = library
        self._stays = StayCoder(library)
        self._rules = rules
        self.model_version = model_version

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        """One set an encounter, in order; equal questions have equal answers. Raises NoCodeSetError."""
        return [self._suggest(encounter, profile) for encounter in encounters]

    def _suggest(self, encounter: Encounter, profile: Profile) -> SuggestionSet:
        code_set = self._find_code_set(encounter)
        tables = self._stays.find_tables(encounter) if profile is not Profile.MENTIONS else None
        releases = {CodeSystem.ICD10CM.value: code_set.release}
        if tables is not None:
            releases[CodeSystem.ICD10PCS.value] = tables.release.release
        set_id = suggestion_set_id(encounter, profile, self.model_version, releases)
        documents = [read_note(note) for note in encounter.documents]
        answer = self._answer(encounter, profile, documents, code_set, tables)
        return SuggestionSet(
            encounter_id=encounter.encounter_id,
            suggestion_set_id=set_id,
            model_version=self.model_version,
            code_set_releases=releases,
            suggestions=answer.as_suggestions(set_id),
            withheld=answer.withheld,
            queries=(*_ask_release(encounter, code_set), *answer.queries),
        )

    def _answer(
        self,
        encounter: Encounter,
        profile: Profile,
        documents: Sequence[Doc],
        code_set: CodeSet,
        tables: PcsTables | None,
    ) -> Answer:
        policy = self._policy.of(profile)
        wants_diagnoses = CodeSystem.ICD10CM in encounter.code_systems
        is_visit = profile is not Profile.MENTIONS
        purpose = Purpose.VISIT if is_visit else Purpose.REPORT
        found = self._recognizer.recognize(documents, purpose, floor=FLOOR) if wants_diagnoses else []
        if not is_visit:
            return show_mentions(found, code_set, policy)
        answer = Answer()
        if wants_diagnoses:
            resolved = self._resolver.resolve(found)
            answer = select_diagnoses(
                encounter, profile, documents, resolved, self._visit, code_set, policy, rules=self._rules
            )
        texts = [read_procedure_text(note, doc) for note, doc in zip(encounter.documents, documents, strict=True)]
        services = self._procedures.find_procedures(texts, encounter, state_diagnoses(answer.entries))
        entries = enter_procedures(services.candidates, answer.entries, policy)
        answer = answer.with_more(entries, services.withheld, services.queries)
        return self._stays.add_procedures(answer, texts, encounter, tables, policy)

    def _find_code_set(self, encounter: Encounter) -> CodeSet:
        """The release in force on the date of service, else the newest at hand; its name is in the answer."""
        code_set = self._library.release_on(CodeSystem.ICD10CM, encounter.date_of_service)
        code_set = code_set or self._library.latest(CodeSystem.ICD10CM)
        if code_set is None:
            raise NoCodeSetError("no release of ICD-10-CM is at hand")
        return code_set


def _ask_release(encounter: Encounter, code_set: CodeSet) -> tuple[Query, ...]:
    """Says so when the codes could not be checked against the release in force on the date of service."""
    if code_set.is_valid_on(encounter.date_of_service):
        return ()
    text = (
        f"No ICD-10-CM release in force on {encounter.date_of_service} is loaded; {code_set.release} was used. "
        "Import the release in force and code again."
    )
    return (Query(about="code_set_release", text=text),)


def load_suggester(home: Home, library: CodeLibrary, *, threads: int = 2) -> Suggester:
    """The champion, every file of it checked; raises ArtefactError."""
    folder = ModelRegistry(home).champion(NAME)
    return open_suggester(folder, library, load_manifest(folder, NAME).version, threads=threads)


def open_suggester(folder: Path, library: CodeLibrary, version: str, *, threads: int = 2) -> Suggester:
    """From a folder whose files were checked."""
    code_set = library.latest(CodeSystem.ICD10CM)
    if code_set is None:
        raise NoCodeSetError("no release of ICD-10-CM is at hand")
    return Suggester(
        recognizer=Recognizer.load(folder, code_set, threads=threads),
        resolver=Resolver(Families(code_set)),
        visit=VisitRanker.load(folder),
        procedures=ProcedureCoder(load_catalogue()),
        policy=Policy.load(folder),
        library=library,
        model_version=f"{NAME} {version}",
    )
