"""Why a diagnosis is wrong or missed: every error in one group, told from codes and labels alone, never from notes."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from data.codes import CodeSystem
from data.codeset import CodeSet
from data.gold import GoldCase, GoldDiagnosis, TrapReason
from data.suggestions import Role, Suggestion, SuggestionSet, Tier
from training.coding_sources import ENCOUNTER_LENGTH

_SIDES = frozenset({"right", "left", "bilateral"})
_OF_SIDES = _SIDES | {"unilateral", "of", "side", "eye", "ear"}
_VAGUE = re.compile(r"\bunspecified\b|\bwithout complications?\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class ErrorGroup(StrEnum):
    """In the order in which they are looked for; the first five hold a wrong code and the missed one that it stands
    for."""

    SIDE = "wrong side"
    SEVENTH_CHARACTER = "wrong 7th character"
    VAGUE = "unspecified instead of specific"
    TOO_SPECIFIC = "specific instead of unspecified"
    SIBLING = "another code of the category"
    TRAP = "trap"
    SECOND = "beside a right code of its category"
    SYMPTOM = "sign or symptom that is not reported"
    STATUS = "Z code that is not reported"
    EXTERNAL = "external cause that is not reported"
    UNREPORTED = "condition that is not reported"
    CANDIDATE = "candidate, below the threshold"
    WITHHELD = "recognised, withheld"
    UNLIKELY = "recognised, too unlikely to be shown"
    UNRECOGNISED = "never recognised"


@dataclass(frozen=True, slots=True)
class CodingError:
    """A code that is suggested and not accepted, or required and not suggested. Codes are dotted.

    `probability` is what the answer says of the code, 0 where it is not in it; `other` the code that it was mistaken
    for; `reason` that of the trap or of the withholding.
    """

    code: str
    is_missed: bool
    group: ErrorGroup
    probability: float = 0.0
    other: str = ""
    reason: str = ""
    is_first_listed: bool = False

    @property
    def label(self) -> str:
        return f"{self.group.value}: {self.reason.replace('_', ' ')}" if self.reason else self.group.value


@dataclass(frozen=True, slots=True)
class _Case:
    """What both sides say. `wrong` by code with its probability; `missed` by code."""

    wrong: Mapping[str, float]
    missed: Mapping[str, GoldDiagnosis]
    candidates: Mapping[str, float]
    withheld: Mapping[str, str]
    traps: Mapping[str, TrapReason]
    categories: Set[str]


def group_errors(
    case: GoldCase, answer: SuggestionSet, code_set: CodeSet, recognised: Set[str] = frozenset()
) -> list[CodingError]:
    """Wrong codes first, each list by code. `recognised`: compact codes that recognition found in the notes."""
    found = _compare(case, answer)
    pairs = _pair(found, code_set)
    wrong = [_explain_wrong(found, code, pairs.get(code)) for code in sorted(found.wrong)]
    stood_for = {missed: (code, group) for code, (missed, group) in pairs.items()}
    missed = [_explain_missed(found, code, stood_for.get(code), recognised) for code in sorted(found.missed)]
    return [*wrong, *missed]


def compare_siblings(given: str, wanted: str, code_set: CodeSet) -> ErrorGroup:
    """How two codes of one category (dotted) differ, by their characters and the words of their titles."""
    codes = [code.replace(".", "") for code in (given, wanted)]
    first, second = (entry.term if (entry := code_set.find(code)) else "" for code in codes)
    differing = set(_WORD.findall(first.lower())) ^ set(_WORD.findall(second.lower()))
    vagueness = len(_VAGUE.findall(first)) - len(_VAGUE.findall(second))
    if differing & _SIDES and differing <= _OF_SIDES:
        return ErrorGroup.SIDE
    if len(codes[0]) == len(codes[1]) == ENCOUNTER_LENGTH and codes[0][:-1] == codes[1][:-1]:
        return ErrorGroup.SEVENTH_CHARACTER
    if vagueness:
        return ErrorGroup.VAGUE if vagueness > 0 else ErrorGroup.TOO_SPECIFIC
    return ErrorGroup.SIBLING


def _compare(case: GoldCase, answer: SuggestionSet) -> _Case:
    diagnoses = case.labels.diagnoses
    given = {s.code: s.probability for s in _diagnoses(answer, Tier.SUGGESTED)}
    accepted = {code for d in diagnoses for code in _readings(d)}
    return _Case(
        wrong={code: probability for code, probability in given.items() if code not in accepted},
        missed={d.code.dotted: d for d in diagnoses if not d.is_optional and given.keys().isdisjoint(_readings(d))},
        candidates={s.code: s.probability for s in _diagnoses(answer, Tier.CANDIDATE)},
        withheld={one.code: one.reason.value for one in answer.withheld},
        traps={trap.code: trap.reason for trap in case.labels.traps if trap.system is CodeSystem.ICD10CM},
        categories={code[:3] for code in accepted & given.keys()},
    )


def _pair(found: _Case, code_set: CodeSet) -> dict[str, tuple[str, ErrorGroup]]:
    """Each wrong code with at most one missed code of its category, the nearest pairs first. What the labels say was
    denied, past or not addressed stands for nothing."""
    order = list(ErrorGroup)
    free = [code for code in found.wrong if found.traps.get(code, TrapReason.SUPERSEDED) is TrapReason.SUPERSEDED]
    near = [(given, wanted) for given, wanted in product(free, found.missed) if given[:3] == wanted[:3]]
    ranked = sorted((order.index(compare_siblings(*pair, code_set)), *pair) for pair in near)
    pairs: dict[str, tuple[str, ErrorGroup]] = {}
    taken: set[str] = set()
    for place, given, wanted in ranked:
        if given not in pairs and wanted not in taken:
            pairs[given] = (wanted, order[place])
            taken.add(wanted)
    return pairs


def _explain_wrong(found: _Case, code: str, pair: tuple[str, ErrorGroup] | None) -> CodingError:
    probability = found.wrong[code]
    if pair is not None:
        return CodingError(code, False, pair[1], probability, other=pair[0])
    if code in found.traps:
        return CodingError(code, False, ErrorGroup.TRAP, probability, reason=found.traps[code].value)
    return CodingError(code, False, _find_kind(code, found.categories), probability)


def _find_kind(code: str, categories: Set[str]) -> ErrorGroup:
    """Of a code that neither a label nor a trap speaks of."""
    if code[:3] in categories:
        return ErrorGroup.SECOND
    chapters = {"R": ErrorGroup.SYMPTOM, "Z": ErrorGroup.STATUS, **dict.fromkeys("VWXY", ErrorGroup.EXTERNAL)}
    return chapters.get(code[0], ErrorGroup.UNREPORTED)


def _explain_missed(found: _Case, code: str, pair: tuple[str, ErrorGroup] | None, recognised: Set[str]) -> CodingError:
    gold = found.missed[code]
    readings = _readings(gold)
    probability = max((found.candidates.get(one, 0.0) for one in readings), default=0.0)
    is_first = gold.role is Role.FIRST_LISTED
    if pair is not None:
        return CodingError(code, True, pair[1], probability, other=pair[0], is_first_listed=is_first)
    reason = next((found.withheld[one] for one in readings if one in found.withheld), "")
    if probability:
        group, reason = ErrorGroup.CANDIDATE, ""
    elif reason:
        group = ErrorGroup.WITHHELD
    else:
        is_known = any(one.replace(".", "") in recognised for one in readings)
        group = ErrorGroup.UNLIKELY if is_known else ErrorGroup.UNRECOGNISED
    return CodingError(code, True, group, probability, reason=reason, is_first_listed=is_first)


def _readings(gold: GoldDiagnosis) -> Sequence[str]:
    return [gold.code.dotted, *(other.dotted for other in gold.alternatives)]


def _diagnoses(answer: SuggestionSet, tier: Tier) -> Iterator[Suggestion]:
    return (s for s in answer.suggestions if s.system is CodeSystem.ICD10CM and s.tier is tier)
