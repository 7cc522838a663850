"""Which procedure numbers are evaluation and management (visits), and what some of them say about the patient."""

from collections.abc import Iterable

_EYE_EXAMS = range(92002, 92015)
_VISITS = range(99202, 99500)
_NOT_VISITS = frozenset({99360, 99363, 99364, 99366, 99367, 99368})

# First and last year of age, by the services for a new and for an established patient.
_PREVENTIVE_AGES = {
    ("99381", "99391"): (0, 0),
    ("99382", "99392"): (1, 4),
    ("99383", "99393"): (5, 11),
    ("99384", "99394"): (12, 17),
    ("99385", "99395"): (18, 39),
    ("99386", "99396"): (40, 64),
    ("99387", "99397"): (65, 130),
}
PREVENTIVE_AGES = {code: ages for codes, ages in _PREVENTIVE_AGES.items() for code in codes}


def _codes(*ranges: Iterable[int]) -> frozenset[str]:
    return frozenset(f"{number:05d}" for numbers in ranges for number in numbers)


EVALUATIONS = _codes(_EYE_EXAMS, _VISITS) - _codes(_NOT_VISITS) | frozenset({"G0402", "G0438", "G0439"})
NEW_PATIENT = _codes(range(99202, 99206), range(99341, 99346), range(99381, 99388), (92002, 92004))
ESTABLISHED_PATIENT = _codes(range(99211, 99216), range(99347, 99351), range(99391, 99398), (92012, 92014))
OFFICE_VISITS = _codes(range(99202, 99206), range(99211, 99216))

# Where a visit of a kind can take place at all.
_VISIT_PLACES = (
    (_codes(range(99221, 99224), range(99231, 99234), range(99238, 99240)), frozenset({"21", "22", "51", "52", "61"})),
    (_codes(range(99281, 99286)), frozenset({"23"})),
    (_codes(range(99304, 99311), range(99315, 99317)), frozenset({"31", "32", "54", "56"})),
    (_codes(range(99341, 99351)), frozenset({"04", "10", "12", "13", "14", "16", "33", "55"})),
)
VISIT_PLACES = {code: places for codes, places in _VISIT_PLACES for code in codes}

# First and last year of age of other services that name an age group.
_PROCEDURE_AGES: tuple[tuple[tuple[int, ...], tuple[int, int]], ...] = (
    ((99460, 99461, 99462, 99463, 99468, 99469), (0, 0)),
    ((99471, 99472), (0, 1)),
    ((99475, 99476), (2, 5)),
    ((90460, 90461), (0, 18)),
    ((54160,), (0, 0)),
    ((36400, 36405, 36406), (0, 2)),
    ((42820, 42825, 42830), (0, 11)),
    ((42821, 42826, 42831), (12, 130)),
)
PROCEDURE_AGES = {f"{code:05d}": ages for codes, ages in _PROCEDURE_AGES for code in codes}
MALE_PROCEDURES = _codes(range(54000, 55900))
FEMALE_PROCEDURES = _codes(range(56405, 59900))

# Visits of which a clinician has one a day with a patient.
DAILY_VISITS = OFFICE_VISITS | frozenset(PREVENTIVE_AGES) | frozenset(VISIT_PLACES)
# Hands, machines and specimens: what nobody does by video.
HANDS_ON = _codes(range(100, 2000), range(10004, 69991), range(70010, 80000), range(80047, 89399))
LABORATORY, IMAGING = _codes(range(80047, 89399)), _codes(range(70010, 80000))
EMERGENCY_VISITS = _codes(range(99281, 99286))
