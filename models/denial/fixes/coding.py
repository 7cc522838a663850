"""Fixes for codes and pointers: successors of retired codes, order of diagnoses, modifiers, places, visit numbers."""

from collections.abc import Iterator

from data.codes import Cpt, Icd10Cm
from data.codeset import CodeSet
from data.notes import PatientStatus
from data.reviews import Edit, Needs
from models.denial.edits.context import ClaimContext
from models.denial.edits.evaluations import PREVENTIVE_AGES, VISIT_PLACES
from models.denial.fixes.proposal import Proposal, lines_of
from models.denial.patch import remove, replace

_MAX_SUCCESSORS = 2
_NEW_OFFICE = {"99212": "99202", "99213": "99203", "99214": "99204", "99215": "99205"}
_OTHER_STATUS = {
    PatientStatus.NEW: _NEW_OFFICE,
    PatientStatus.ESTABLISHED: {new: established for established, new in _NEW_OFFICE.items()},
}


def replace_diagnosis(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """By the successors of a retired code, or by billable codes below a heading, the least specific first."""
    path, code_set = edit.fields[0], context.icd10cm
    if code_set is None:
        return
    code = context.claim.diagnoses[int(path.rsplit("/", 1)[1])]
    for successor in _successors(code_set, code.compact)[:_MAX_SUCCESSORS]:
        entry = code_set.get(successor)
        yield Proposal(
            (replace(path, entry.dotted),),
            f"Replace {code} by {entry.dotted} ({entry.term}), if the note supports it",
            Needs.CODER,
        )


def _successors(code_set: CodeSet, compact: str) -> list[str]:
    codes = [code for code in code_set.successors(compact) if code_set.is_billable(code)]
    return sorted(codes, key=lambda code: ("unspecified" not in code_set.get(code).term.lower(), code))


def reorder_diagnoses(context: ClaimContext, _: Edit) -> Iterator[Proposal]:
    """Moves the first diagnosis behind the second; pointers follow their diagnoses."""
    codes = [code.dotted for code in context.claim.diagnoses]
    if len(codes) < 2 or (context.icd10cm and not context.icd10cm.is_billable(Icd10Cm.parse(codes[1]).compact)):
        return
    swap = {1: 2, 2: 1}
    pointers = tuple(
        replace(f"/lines/{position}/diagnosis_pointers", [swap.get(pointer, pointer) for pointer in pointed])
        for position, pointed in enumerate(line.diagnosis_pointers for line in context.claim.lines)
        if {1, 2} & set(pointed)
    )
    yield Proposal(
        (replace("/diagnoses/0", codes[1]), replace("/diagnoses/1", codes[0]), *pointers),
        f"List {codes[1]} before {codes[0]}, if it is the reason for the visit",
        Needs.CODER,
    )


def drop_diagnosis_twin(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """Removes the second mention; pointers to it go to the first, later ones move up."""
    second = int(edit.fields[0].rsplit("/", 1)[1])
    first = context.claim.diagnoses.index(context.claim.diagnoses[second])
    place = {second + 1: first + 1}
    changes = [remove(edit.fields[0])]
    for position, line in enumerate(context.claim.lines):
        moved = [place.get(p, p - 1 if p > second + 1 else p) for p in line.diagnosis_pointers]
        if moved != list(line.diagnosis_pointers):
            changes.append(replace(f"/lines/{position}/diagnosis_pointers", list(dict.fromkeys(moved))))
    yield Proposal(
        tuple(changes), f"List {context.claim.diagnoses[second]} once and keep the pointers to it", Needs.BILLER
    )


def mend_pointers(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """Drops pointers that lead nowhere; a line that then has none points to the first diagnosis."""
    for position, line in lines_of(context.claim, edit):
        kept = [p for p in dict.fromkeys(line.diagnosis_pointers) if p <= len(context.diagnoses)][:4]
        if context.diagnoses:
            shown = ", ".join(context.claim.diagnoses[p - 1].dotted for p in kept or [1])
            yield Proposal(
                (replace(f"/lines/{position}/diagnosis_pointers", kept or [1]),),
                f"Point line {line.line_number} to {shown}",
                Needs.BILLER if kept else Needs.CODER,
            )


def drop_modifier(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """Of a finding that names the modifier's own place."""
    path = edit.fields[0]
    (_, line), number = lines_of(context.claim, edit)[0], path.rsplit("/", 1)[1]
    if number.isdecimal():
        modifier = line.modifiers[int(number)]
        yield Proposal((remove(path),), f"Remove modifier {modifier} from line {line.line_number}", Needs.BILLER)


def move_visit(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    """Only where a visit can take place in one place alone."""
    for position, line in lines_of(context.claim, edit):
        places = VISIT_PLACES.get(line.procedure.code.compact, frozenset())
        if len(places) == 1:
            (place,) = places
            label = f"Set place of service {place} on line {line.line_number}, if the visit took place there"
            yield Proposal((replace(f"/lines/{position}/place_of_service", place),), label, Needs.BILLER)


def fit_age_group(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    age = context.claim.patient.age_years
    for position, line in lines_of(context.claim, edit):
        code = line.procedure.code.compact
        fitting = [
            other
            for other, (first, last) in PREVENTIVE_AGES.items()
            if age is not None and first <= age <= last and other[3] == code[3]
        ]
        yield from (_renumber(position, line.line_number, code, other, "the patient's age") for other in fitting)


def fit_status(context: ClaimContext, edit: Edit) -> Iterator[Proposal]:
    status = context.claim.patient.status
    for position, line in lines_of(context.claim, edit):
        code = line.procedure.code.compact
        other = _OTHER_STATUS[status].get(code) if status else None
        if other:
            yield _renumber(position, line.line_number, code, other, "the patient's status")


def _renumber(position: int, number: int, code: str, other: str, why: str) -> Proposal:
    procedure = {"system": Cpt.system.value, "code": other}
    return Proposal(
        (replace(f"/lines/{position}/procedure", procedure),),
        f"Replace {code} by {other} on line {number} to fit {why}, if the note supports it",
        Needs.CODER,
    )
