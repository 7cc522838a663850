"""Giving vaccines and medicines by injection: what follows from the products that were given."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from data.catalogue import Catalogue
from data.codes import Cpt, Hcpcs, ProcedureCode
from data.notes import Encounter, PayerKind
from data.services import FamilyKind
from data.suggestions import Evidence
from models.coding.procedures.lines import Line, join_evidence
from models.coding.procedures.reading import Reading
from models.coding.procedures.tokens import stem

_ADULT = 19
_INJECTION = Cpt("96372")
_ANTIBODIES = "immune_globulin"
_MEDICARE = (PayerKind.MEDICARE, PayerKind.MEDICARE_ADVANTAGE)
_COVID = frozenset(map(Cpt, ("91304", "91318", "91319", "91320", "91321", "91322")))
_NOT_INJECTED = frozenset(map(Cpt, ("90660", "90680", "90681", "90690")))
_FLU = frozenset(map(Cpt, ("90653", "90656", "90657", "90658", "90660", "90661", "90662", "90673", "90686")))
_PNEUMONIA = frozenset(map(Cpt, ("90670", "90671", "90677", "90684", "90732")))
_HEPATITIS_B = frozenset(map(Cpt, ("90739", "90740", "90744", "90746")))
_RSV_ANTIBODY = frozenset(map(Cpt, ("90380", "90381")))
_MEDICARE_CODES = {Hcpcs("G0008"): _FLU, Hcpcs("G0009"): _PNEUMONIA, Hcpcs("G0010"): _HEPATITIS_B}
_COUNSELING = frozenset(
    map(stem, ("counseled", "counseling", "discussed", "reviewed", "explained", "answered", "risks"))
)
_VACCINE_WORDS = frozenset(map(stem, ("vaccine", "immunization", "component", "vis", "shots", "vaccination")))
# Put into joints and tendons, not given by an injection of their own, unless the note says so.
_JOINT_DRUGS = frozenset(map(Hcpcs, "J3301 J1010 J1030 J0702 J7318 J7320 J7321 J7323 J7324 J7325 J7326 J7327".split()))
_JOINT_FAMILIES = (
    "joint_injection",
    "tendon_injection",
    "trigger_points",
    "intralesional",
    "spine_injection",
    "epidural",
)
# Contraceptives that are billed when they are put in, not when they are taken out or talked about.
_DEVICES = frozenset(map(Hcpcs, ("J7296", "J7297", "J7298", "J7300", "J7301", "J7307")))
_INSERTIONS = frozenset(map(Cpt, ("11981", "11983", "58300")))
_INHALED = frozenset(map(Hcpcs, ("J7613", "J7620", "J7626", "J7644")))
# Given under the skin or into muscle when the note names no other way.
_USUALLY_INJECTED = frozenset(
    map(
        Hcpcs,
        (
            "J0401 J0402 J0517 J0558 J0561 J0577 J0578 J0696 J0717 J0739 J0741 J0801 J0881 J0885 J0897 J1000"
            " J1050 J1071 J1380 J1442 J1447 J1631 J1650 J1729 J1943 J1944 J2182 J2315 J2353 J2356 J2357 J2358"
            " J2426 J2427 J2506 J2680 J2788 J2790 J2794 J2798 J2799 J2801 J3030 J3111 J3121 J3145 J3357 J3420"
            " Q5101 Q5106 Q5108 Q5110 Q5111 Q5120 Q5122 Q5125 Q5127 Q5130 Q5136 Q5148 Q5157 Q5158 Q5159 Q9991"
            " Q9992"
        ).split(),
    )
)
# What an on-body injector gives at home, and putting it on.
_ON_BODY = frozenset(map(Hcpcs, "J2506 Q5108 Q5111 Q5120 Q5122 Q5127 Q5130".split()))
_ON_BODY_INJECTOR = Cpt("96377")
_SOURCE = "CPT guidelines, immunization administration"


def administer(
    lines: Sequence[Line], readings: Sequence[Reading], catalogue: Catalogue, encounter: Encounter
) -> list[Line]:
    """The lines with those that giving their products adds."""
    vaccines = [line for line in lines if catalogue.families[line.service.family].kind is FamilyKind.VACCINE]
    injected = _injected(lines)
    put_in = any(line.service.code in _INSERTIONS for line in lines)
    others = [
        line
        for line in lines
        if not (line.service.code == _INJECTION and (injected or _names_one_of(line, vaccines)))
        and (put_in or line.service.code not in _DEVICES)
    ]
    return [
        *others,
        *_give_vaccines(vaccines, readings, catalogue, encounter),
        *_inject(injected, catalogue),
        *_inhale(lines, catalogue),
    ]


def _line(catalogue: Catalogue, code: ProcedureCode, parts: Sequence[Line], units: int, text: str, source: str) -> Line:
    evidence = join_evidence(*(part.evidence for part in parts))
    certainty = max(part.certainty for part in parts)
    return Line(catalogue.get(code), certainty, evidence, units=units).because("procedure.administration", text, source)


def _give_vaccines(
    vaccines: Sequence[Line], readings: Sequence[Reading], catalogue: Catalogue, encounter: Encounter
) -> Iterator[Line]:
    left = [line for line in vaccines if line.service.family == "vaccine"]
    covid = [line for line in left if line.service.code in _COVID]
    if covid:
        yield _line(
            catalogue, Cpt("90480"), covid, len(covid), "Each COVID-19 vaccine has one administration.", _SOURCE
        )
    antibodies = [line for line in vaccines if line.service.code in _RSV_ANTIBODY]
    if antibodies:
        code = Cpt("96380") if _finds_counseling(antibodies, readings) else Cpt("96381")
        yield _line(catalogue, code, antibodies, 1, "An RSV antibody has its own administration.", _SOURCE)
    left = [line for line in left if line not in covid]
    if encounter.payer is not None and encounter.payer.kind in _MEDICARE:
        for administration, products in _MEDICARE_CODES.items():
            own = [line for line in left if line.service.code in products]
            left = [line for line in left if line not in own]
            if own:
                source = "Medicare Claims Processing Manual, chapter 18, section 10"
                yield _line(
                    catalogue, administration, own, 1, f"Medicare names giving {own[0].service.code} apart.", source
                )
    age = encounter.patient.age_years
    counseling = _finds_counseling(left, readings) if left and age is not None and age < _ADULT else ()
    yield from _with_counseling(left, counseling, catalogue) if counseling else _without_counseling(left, catalogue)


def _with_counseling(vaccines: Sequence[Line], counseling: Iterable[Evidence], catalogue: Catalogue) -> Iterator[Line]:
    first = _line(
        catalogue, Cpt("90460"), vaccines, len(vaccines), "First component of each vaccine, counselled.", _SOURCE
    )
    yield replace(first, evidence=join_evidence(first.evidence, counseling))
    further = sum(_components(line) - 1 for line in vaccines)
    if further:
        text = f"{further} further components of the vaccines, counselled."
        yield _line(catalogue, Cpt("90461"), vaccines, further, text, _SOURCE)


def _without_counseling(vaccines: Sequence[Line], catalogue: Catalogue) -> Iterator[Line]:
    """One first administration; each further one by how it is given. Injections come first."""
    injected = [line for line in vaccines if line.service.code not in _NOT_INJECTED]
    taken = [line for line in vaccines if line.service.code in _NOT_INJECTED]
    if injected:
        yield _line(catalogue, Cpt("90471"), injected, 1, "The first vaccine by injection.", _SOURCE)
        if len(injected) > 1:
            text = "Each further vaccine by injection."
            yield _line(catalogue, Cpt("90472"), injected[1:], len(injected) - 1, text, _SOURCE)
    elif taken:
        yield _line(catalogue, Cpt("90473"), taken, 1, "The first vaccine by mouth or nose.", _SOURCE)
    further = taken if injected else taken[1:]
    if further:
        yield _line(catalogue, Cpt("90474"), further, len(further), "Each further one by mouth or nose.", _SOURCE)


def _components(line: Line) -> int:
    choice = line.service.attributes.get("components")
    return int(choice.low) if choice is not None and not isinstance(choice, frozenset) else 1


def _finds_counseling(vaccines: Sequence[Line], readings: Sequence[Reading]) -> tuple[Evidence, ...]:
    """Sentences that tell of talking with the family about the vaccines."""
    named = {(piece.document_id, piece.start) for line in vaccines for piece in line.evidence}
    found = []
    for reading in readings:
        tokens = reading.tokens
        by_item: dict[int, list[int]] = {}
        for token, item in enumerate(tokens.items):
            by_item.setdefault(item, []).append(token)
        for members in by_item.values():
            stems = {tokens.stems[token] for token in members}
            places = {(reading.text.document_id, tokens.starts[token]) for token in members}
            about = not _VACCINE_WORDS.isdisjoint(stems) or not named.isdisjoint(places)
            talk = next((token for token in members if tokens.stems[token] in _COUNSELING), None)
            if about and talk is not None:
                found.append(reading.evidence_of(talk, talk + 1))
    return tuple(found)


def _injected(lines: Sequence[Line]) -> list[Line]:
    """The products given under the skin or into muscle, apart from vaccines."""
    has_joint = any(line.service.family in _JOINT_FAMILIES for line in lines)
    on_body = _ON_BODY if any(line.service.code == _ON_BODY_INJECTOR for line in lines) else frozenset()
    return [
        line
        for line in lines
        if (
            line.service.family == "drug"
            and line.service.code not in on_body
            and _is_injected(line, has_joint=has_joint)
        )
        or (line.service.family == "immune_globulin" and line.service.code not in _RSV_ANTIBODY)
    ]


def _names_one_of(injection: Line, vaccines: Sequence[Line]) -> bool:
    """Whether the words for the injection are those of a vaccine, whose administration has codes of its own."""
    return any(
        one.document_id == other.document_id and one.start < other.end and other.start < one.end
        for vaccine in vaccines
        if vaccine.service.family != _ANTIBODIES
        for one in injection.evidence
        for other in vaccine.evidence
    )


def _inject(injected: Sequence[Line], catalogue: Catalogue) -> Iterator[Line]:
    """One unit for each; words that only name the injection add none."""
    if injected:
        text = f"{len(injected)} given under the skin or into muscle."
        yield _line(catalogue, _INJECTION, injected, len(injected), text, "CPT guidelines, therapeutic injections")


def _is_injected(line: Line, *, has_joint: bool) -> bool:
    route = line.text("route")
    if route:
        return route in ("im", "sc") and not (has_joint and line.service.code in _JOINT_DRUGS)
    return line.service.code in _USUALLY_INJECTED


def _inhale(lines: Sequence[Line], catalogue: Catalogue) -> Iterator[Line]:
    inhaled = [line for line in lines if line.service.code in _INHALED]
    if inhaled and not any(line.service.code == Cpt("94640") for line in lines):
        text = "The medicine was inhaled here for narrowed airways."
        yield _line(catalogue, Cpt("94640"), inhaled, 1, text, "CPT guidelines, pulmonary services")
