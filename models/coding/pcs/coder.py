"""The ICD-10-PCS codes of an encounter, with why, and the questions that its notes leave open."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.codes import CodeSystem
from data.notes import Encounter
from data.pcs import Act, PcsReference
from data.suggestions import Alternative, Evidence, Query, Rationale, Role
from models.coding.answer import Entry
from models.coding.pcs.construct import ActReader, Construction
from models.coding.pcs.mentions import ActFinder, ActMention
from models.coding.pcs.tables import PcsTables
from models.coding.pcs.words import WordFinder
from models.coding.policy import ProfilePolicy
from models.coding.procedures.scores import to_probability
from models.coding.procedures.text import ProcedureText
from models.coding.procedures.tokens import Tokens, read_tokens

_MAX_EVIDENCE, _MAX_ALTERNATIVES, _MAX_CHANGES = 4, 3, 8
_SURGICAL, _ANATOMY, _INSPECTION = "0", "W", "J"
_APPROACH_PLACE, _DEVICE_PLACE = 4, 5
_ENDOSCOPIC, _DIGESTIVE, _REACHED_BY_ENDOSCOPE = "8", "D", frozenset("6FW")
_GUIDELINES = "ICD-10-PCS Official Guidelines for Coding and Reporting"
_QUESTIONS = {
    "laterality": "on which side was it done?",
    "part": "which part of the body was it, and for a catheter, where does its tip lie?",
    "approach": "by which approach was it done?",
    "device": "which device, if any, was left in place?",
    "qualifier": "of which extent or kind was it, and for which purpose?",
    "number": "how many were there?",
    "duration": "for how many consecutive hours was it given?",
}


@dataclass(frozen=True, slots=True)
class _Found:
    construction: Construction
    evidence: tuple[Evidence, ...]


class PcsCoder:
    """Compiled once, safe to share. Cost grows with the words of the notes."""

    def __init__(self, reference: PcsReference) -> None:
        self._reference = reference
        self._acts = ActFinder(reference.acts)
        self._words = WordFinder(reference.words)

    def find_procedures(
        self, texts: Sequence[ProcedureText], encounter: Encounter, tables: PcsTables, policy: ProfilePolicy
    ) -> tuple[list[Entry], list[Query]]:
        """Codes that the release holds, the surest first; and a question for each act that its notes leave open."""
        found = [one for text in texts for one in self._read(text, encounter, tables)]
        chosen: dict[str, _Found] = {}
        for one in found:
            if len(one.construction.codes) == 1:
                chosen.setdefault(one.construction.codes[0], one)
        kept = {code: one for code, one in chosen.items() if not _is_part_of_others(code, chosen)}
        settled = {one.construction.act.name for one in chosen.values()}
        entries = [self._to_entry(code, one, tables, policy) for code, one in kept.items()]
        entries.sort(key=lambda entry: -entry.probability)
        return entries, _ask(one for one in found if one.construction.act.name not in settled)

    def _read(self, text: ProcedureText, encounter: Encounter, tables: PcsTables) -> Iterator[_Found]:
        tokens = read_tokens(text)
        mentions = self._acts.find(text, tokens, encounter)
        if not mentions:
            return
        words = self._words.find(tokens)
        for act, own in _by_act(mentions):
            reader = ActReader(act, own, text, tokens, words, self._words.vocabulary)
            if reader.is_meant():
                for construction in reader.construct(tables):
                    yield _Found(construction, _quote(construction, text, tokens))

    def _to_entry(self, code: str, found: _Found, tables: PcsTables, policy: ProfilePolicy) -> Entry:
        probability = to_probability(found.construction.certainty)
        others = [other for other in tables.find(code[:3], [code[3], None, code[5], code[6]]) if other != code]
        return Entry(
            system=CodeSystem.ICD10PCS,
            code=code,
            term=tables.term(code),
            probability=probability,
            tier=policy.find_service_tier(probability),
            role=Role.PROCEDURE,
            evidence=found.evidence,
            alternatives=tuple(
                Alternative(code=other, term=tables.term(other), probability=0.0)
                for other in others[:_MAX_ALTERNATIVES]
            ),
            rationale=tuple(self._explain(code)),
        )

    def _explain(self, code: str) -> Iterator[Rationale]:
        operation = self._reference.operations.get(code[0] + code[2])
        if operation is not None:
            yield _because(operation.guideline, f"{operation.name}: {operation.meaning}.")
        if code[0] == _SURGICAL and code[_DEVICE_PLACE] != "Z":
            yield _because("B6.1a", "What stays in the body when the procedure ends is its device.")
        if code[0] == _SURGICAL and code[-1] == "X" and code[2] in "9BD":
            yield _because("B3.4a", "A biopsy is coded with the qualifier for diagnostic.")


def _by_act(mentions: Sequence[ActMention]) -> Iterator[tuple[Act, list[ActMention]]]:
    grouped: dict[str, list[ActMention]] = defaultdict(list)
    for mention in mentions:
        grouped[mention.act.name].append(mention)
    return ((own[0].act, own) for own in grouped.values())


def _because(section: str, text: str) -> Rationale:
    return Rationale(rule_id=f"icd10pcs.{section}", text=text, source=f"{_GUIDELINES}, {section}")


def _is_part_of_others(code: str, others: dict[str, _Found]) -> bool:
    """Guideline B3.11a: looking, by the same approach, at what is operated on belongs to the operation."""
    if code[0] != _SURGICAL or code[2] != _INSPECTION:
        return False
    acts = [other for other in others if other[0] == _SURGICAL and other[2] != _INSPECTION]
    same_way = [other for other in acts if other[_APPROACH_PLACE] == code[_APPROACH_PLACE]]
    return any(code[1] == _ANATOMY or _organs(other) == _organs(code) for other in same_way)


def _organs(code: str) -> str:
    """The body system; for an endoscope bile ducts, varices and a bleeding tract are of the digestive one."""
    is_endoscopic = code[_APPROACH_PLACE] == _ENDOSCOPIC
    return _DIGESTIVE if is_endoscopic and code[1] in _REACHED_BY_ENDOSCOPE else code[1]


def _ask(found: Iterator[_Found]) -> list[Query]:
    """One question about an act, from the note that tells most of it."""
    narrowest: dict[str, _Found] = {}
    for one in found:
        known = narrowest.get(one.construction.act.name)
        if known is None or len(one.construction.codes) < len(known.construction.codes):
            narrowest[one.construction.act.name] = one
    return [
        Query(
            about=one.construction.about,
            text=f"{name}: {_QUESTIONS[one.construction.about]}",
            evidence=one.evidence,
            would_change=one.construction.codes[:_MAX_CHANGES],
        )
        for name, one in narrowest.items()
    ]


def _quote(construction: Construction, text: ProcedureText, tokens: Tokens) -> tuple[Evidence, ...]:
    places = [(tokens.starts[first], tokens.ends[last - 1]) for first, last in construction.ranges[:_MAX_EVIDENCE]]
    return tuple(text.evidence(start, end) for start, end in sorted(set(places)))
