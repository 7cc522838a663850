"""From encounters to suggestion sets: the one path that serving, bulk work, evaluation and replay share."""

from collections.abc import Iterator, Sequence

from data.code_library import CodeLibrary
from data.codes import CodeSystem, Icd10Cm
from data.codeset import CodeSet
from data.home import Home
from data.notes import Encounter, Profile
from data.suggestions import Role, Suggestion, SuggestionSet, Withheld, WithheldReason
from models.artifacts import load_manifest
from models.coding.document import read_note
from models.coding.evidence import find_alternatives, quote_mentions
from models.coding.identity import suggestion_id, suggestion_set_id
from models.coding.policy import Policy
from models.coding.recognize import RecognizedCode, Recognizer
from models.registry import ModelRegistry


class NoCodeSetError(LookupError):
    """No release of ICD-10-CM is at hand."""


class Suggester:
    """Holds no state between calls; safe to share between threads. Cost grows with the words of the notes."""

    def __init__(self, recognizer: Recognizer, policy: Policy, library: CodeLibrary, model_version: str) -> None:
        self._recognizer = recognizer
        self._policy = policy
        self._library = library
        self.model_version = model_version

    def suggest(self, encounters: Sequence[Encounter], profile: Profile) -> list[SuggestionSet]:
        """One set an encounter, in order; equal questions have equal answers."""
        return [self._suggest(encounter, profile) for encounter in encounters]

    def _suggest(self, encounter: Encounter, profile: Profile) -> SuggestionSet:
        code_set = self._find_code_set(encounter)
        releases = {CodeSystem.ICD10CM.value: code_set.release}
        set_id = suggestion_set_id(encounter, profile, self.model_version, releases)
        documents = [read_note(note) for note in encounter.documents]
        found = self._recognizer.recognize(documents, floor=self._policy.of(profile).candidate)
        return SuggestionSet(
            encounter_id=encounter.encounter_id,
            suggestion_set_id=set_id,
            model_version=self.model_version,
            code_set_releases=releases,
            suggestions=tuple(self._show_mentions(set_id, found, code_set, profile)),
            withheld=_find_invalid(found, code_set),
        )

    def _find_code_set(self, encounter: Encounter) -> CodeSet:
        """The release in force on the date of service, else the newest at hand; its name is in the answer."""
        code_set = self._library.release_on(CodeSystem.ICD10CM, encounter.date_of_service)
        code_set = code_set or self._library.latest(CodeSystem.ICD10CM)
        if code_set is None:
            raise NoCodeSetError("no release of ICD-10-CM is at hand")
        return code_set

    def _show_mentions(
        self, set_id: str, found: Sequence[RecognizedCode], code_set: CodeSet, profile: Profile
    ) -> Iterator[Suggestion]:
        """Every recognised code, headers included, as research corpora are annotated."""
        policy = self._policy.of(profile)
        known = [item for item in found if item.code in code_set][: policy.limit]
        for rank, item in enumerate(known, start=1):
            tier = policy.find_tier(item.probability)
            if tier is not None:
                code = Icd10Cm(item.code).dotted
                yield Suggestion(
                    suggestion_id=suggestion_id(set_id, CodeSystem.ICD10CM, code),
                    system=CodeSystem.ICD10CM,
                    code=code,
                    term=code_set.get(item.code).term,
                    probability=item.probability,
                    tier=tier,
                    rank=rank,
                    role=Role.FIRST_LISTED if rank == 1 else Role.SECONDARY,
                    evidence=quote_mentions(item.mentions),
                    alternatives=find_alternatives(item, known, code_set),
                )


def _find_invalid(found: Sequence[RecognizedCode], code_set: CodeSet) -> tuple[Withheld, ...]:
    return tuple(
        Withheld(
            code=Icd10Cm(item.code).dotted,
            reason=WithheldReason.INVALID_ON_DATE,
            evidence=quote_mentions(item.mentions),
        )
        for item in found
        if item.code not in code_set
    )


def load_suggester(home: Home, library: CodeLibrary, *, threads: int = 2) -> Suggester:
    """The champion, every file of it checked; raises ArtefactError."""
    folder = ModelRegistry(home).champion("coding")
    manifest = load_manifest(folder, "coding")
    code_set = library.latest(CodeSystem.ICD10CM)
    if code_set is None:
        raise NoCodeSetError("no release of ICD-10-CM is at hand")
    return Suggester(
        Recognizer.load(folder, code_set, threads=threads), Policy.load(folder), library, f"coding {manifest.version}"
    )
