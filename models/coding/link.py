"""Services beside the diagnoses that they were rendered for (the claim's diagnosis pointers)."""

import re
from collections.abc import Sequence

from data.codes import CodeSystem, Icd10Cm
from data.suggestions import Alternative, Evidence, Role, Tier
from models.coding.answer import Entry
from models.coding.policy import ProfilePolicy
from models.coding.procedures import ProcedureCandidate, StatedDiagnosis

MAX_LINKS = 4
# Evidence further apart than this, in characters, does not tie a service to a diagnosis.
REACH = 400
# External causes (chapter 20) are never what a service is for.
_EXTERNAL = ("V", "W", "X", "Y")
_VISITS = range(99202, 99500)
# Adverse effects and underdosing of a medicine (T36-T50 with sixth character 5 or 6) go after what they led to.
_EFFECT = re.compile(r"T(?:3[6-9]|4\d|50)\.\w{2}[56]")
# Reasons of an encounter that a note often leaves to the title: screening, cancer treatment, contraception, check-ups.
_ENCOUNTER = "Z"
# Reasons for a check-up or a vaccine (chapter 21): a visit for problems beside the check-up is for the others.
_CHECK_UPS = ("Z00", "Z01.4", "Z23")
_PREVENTIVE = range(99381, 99398)
_VACCINE = "Z23"
_VACCINE_FAMILIES = frozenset({"vaccine", "vaccine_admin", "antibody_admin"})
# What goes beside another diagnosis (resistance, receptors, weeks of pregnancy), status and history (Z55-Z99) are no
# reason for a service while there is another one, unless they are the likeliest one.
_STATUS = ("Z16", "Z17", "Z18", "Z19", "Z3A", *(f"Z{number}" for number in range(55, 100)))
# How much nearer, in characters, another diagnosis must stand than the first-listed one.
_LEAD = 300
_WORD = re.compile(r"[a-z]+")
_OTHER_SIDE = {"left": "right", "right": "left"}


def state_diagnoses(entries: Sequence[Entry]) -> list[StatedDiagnosis]:
    """The suggested diagnoses with their words, as the problems of a visit."""
    return [StatedDiagnosis(entry.code, entry.evidence) for entry in entries if entry.tier is Tier.SUGGESTED]


def enter_procedures(
    candidates: Sequence[ProcedureCandidate], diagnoses: Sequence[Entry], policy: ProfilePolicy
) -> list[Entry]:
    """Entries of the services that the notes document, each linked to the diagnoses that it was rendered for."""
    return [_to_entry(item, policy.find_service_tier(item.probability), diagnoses) for item in candidates]


def _to_entry(candidate: ProcedureCandidate, tier: Tier, diagnoses: Sequence[Entry]) -> Entry:
    service = candidate.service
    return Entry(
        system=service.code.system,
        code=service.code.dotted,
        term=service.name,
        probability=candidate.probability,
        tier=tier,
        role=Role.PROCEDURE,
        evidence=candidate.evidence,
        alternatives=tuple(
            Alternative(code=other.code.dotted, term=other.name, probability=0.0) for other in candidate.alternatives
        ),
        rationale=candidate.rationale,
        modifiers=candidate.modifiers,
        units=candidate.units,
        linked_diagnoses=_link(candidate, diagnoses),
    )


def _link(candidate: ProcedureCandidate, diagnoses: Sequence[Entry]) -> tuple[Icd10Cm, ...]:
    """A visit is for all diagnoses, the first-listed first; a service for the one that fits it best.

    Before suggested diagnoses of which none is a usual reason of the service goes a doubtful one that is, and before
    less usual ones a doubtful reason of the encounter.
    """
    suggested = [entry for entry in diagnoses if entry.tier is Tier.SUGGESTED]
    doubtful = [entry for entry in diagnoses if entry.tier is Tier.CANDIDATE]
    stated = _reasons(candidate, suggested)
    if _is_visit(candidate):
        return _codes((stated or doubtful)[:MAX_LINKS])
    best = _best(candidate, stated)
    likelier = [entry for entry in doubtful if _is_likelier(candidate, entry, best)]
    return _codes([*_best(candidate, likelier), *best])


def _is_likelier(candidate: ProcedureCandidate, entry: Entry, stated: Sequence[Entry]) -> bool:
    """Whether a doubtful diagnosis explains the service better than a stated one."""
    if not _is_usual(candidate, entry):
        return False
    usual = [_rank(candidate, other) for other in stated if _is_usual(candidate, other)]
    return not usual or (entry.code.startswith(_ENCOUNTER) and _rank(candidate, entry) < min(usual))


def _codes(entries: Sequence[Entry]) -> tuple[Icd10Cm, ...]:
    return tuple(Icd10Cm.parse(entry.code) for entry in entries)


def _best(candidate: ProcedureCandidate, diagnoses: Sequence[Entry]) -> list[Entry]:
    """The one that fits the service best, if there is one."""
    ranked = sorted(enumerate(diagnoses), key=lambda item: _misfit(candidate, item[1], is_first=item[0] == 0))
    return [entry for _, entry in ranked[:1]]


def _is_usual(candidate: ProcedureCandidate, entry: Entry) -> bool:
    """Whether it is a usual reason of the service and not of its other side."""
    is_usual = _rank(candidate, entry) < len(candidate.reasons) or (
        entry.code == _VACCINE and candidate.service.family in _VACCINE_FAMILIES
    )
    return is_usual and not _is_of_other_side(candidate, entry)


def _misfit(candidate: ProcedureCandidate, entry: Entry, *, is_first: bool) -> tuple[bool, bool, int, bool, int]:
    """Lower is better: a usual reason, not of the other side, a likelier reason, of the same site, then told near the
    service's words; the first-listed unless another stands much nearer."""
    distance = min(_distance(candidate.evidence, entry.evidence), REACH + 1)
    rank = _rank(candidate, entry)
    return (
        rank == len(candidate.reasons),
        _is_of_other_side(candidate, entry),
        rank,
        not _is_of_site(candidate, entry),
        distance + _LEAD * (not is_first),
    )


def _is_first_reason(candidate: ProcedureCandidate, entry: Entry) -> bool:
    return bool(candidate.reasons) and entry.code.startswith(candidate.reasons[0])


def _rank(candidate: ProcedureCandidate, entry: Entry) -> int:
    """The rank of the diagnosis among the usual reasons; after the last when it is none."""
    ranks = (number for number, rank in enumerate(candidate.reasons) if entry.code.startswith(rank))
    return next(ranks, len(candidate.reasons))


def _is_of_site(candidate: ProcedureCandidate, entry: Entry) -> bool:
    """Whether the diagnosis or its words name the site of the service."""
    site = candidate.attributes.get("site")
    if site is None:
        return False
    told = " ".join((entry.term, *(piece.quote for piece in entry.evidence))).lower()
    return not set(str(site.value).split("_")).isdisjoint(_WORD.findall(told))


def _is_of_other_side(candidate: ProcedureCandidate, entry: Entry) -> bool:
    side = candidate.attributes.get("laterality")
    other = _OTHER_SIDE.get(str(side.value)) if side is not None else None
    return other is not None and other in entry.term.lower().split()


def _reasons(candidate: ProcedureCandidate, diagnoses: Sequence[Entry]) -> list[Entry]:
    """Those that may be what the service is for; all of them when none is more than a status."""
    possible = [entry for entry in diagnoses if not entry.code.startswith(_EXTERNAL)]
    possible = [entry for entry in possible if not _EFFECT.match(entry.code)] or possible
    if candidate.service.family in _VACCINE_FAMILIES:
        return [entry for entry in possible if entry.code == _VACCINE] or possible
    telling = [e for e in possible if not e.code.startswith(_STATUS) or _is_first_reason(candidate, e)]
    if _is_visit(candidate) and "25" in candidate.modifiers and not _is_preventive(candidate):
        telling = [entry for entry in telling if not entry.code.startswith(_CHECK_UPS)] or telling
    return telling or possible


def _is_preventive(candidate: ProcedureCandidate) -> bool:
    code = candidate.service.code
    return code.compact.isdigit() and int(code.compact) in _PREVENTIVE


def _is_visit(candidate: ProcedureCandidate) -> bool:
    code = candidate.service.code
    is_numbered = code.system is CodeSystem.CPT and code.compact.isdigit() and int(code.compact) in _VISITS
    return is_numbered and not candidate.reasons


def _distance(one: Sequence[Evidence], other: Sequence[Evidence]) -> int:
    """Characters between the nearest words of the same document; REACH + 1 when there are none."""
    gaps = [max(a.start - b.end, b.start - a.end, 0) for a in one for b in other if a.document_id == b.document_id]
    return min(gaps, default=REACH + 1)
