"""The MS-DRG of an inpatient encounter, by the codes that stand for it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from api.coding.claim_draft import standing_items
from api.errors import ConflictError, UnavailableError
from data.codes import Code, Icd10Cm, Icd10Pcs, parse_code
from data.notes import Setting
from data.noun import Identifier
from data.stays import HOME, GrouperMissingError, Grouping, GroupingError, Stay
from data.store.encounter_rows import StoredEncounter
from data.store.encounters import get_encounter
from data.store.session import Store
from data.suggestions import Role, Tier
from models.grouping.grouper import Grouper, explain_group


class Basis(StrEnum):
    """Codes that a coder accepted, replaced or added; before there are any, those that are suggested."""

    ACCEPTED = "accepted"
    SUGGESTED = "suggested"


class EncounterGrouping(Grouping):
    encounter_id: Identifier
    basis: Basis


def group_stored(store: Store, grouper: Grouper, encounter_id: str, discharge_status: str = HOME) -> EncounterGrouping:
    """As group_encounter. No lock is held while a grouper reads its tables."""
    with store.reading() as session:
        stored = get_encounter(session, encounter_id)
    return group_encounter(grouper, stored, discharge_status)


def group_encounter(grouper: Grouper, stored: StoredEncounter, discharge_status: str = HOME) -> EncounterGrouping:
    """Raises ConflictError when the encounter falls into no group, UnavailableError without a grouper."""
    if stored.encounter.setting is not Setting.INPATIENT:
        raise ConflictError("only an inpatient stay falls into an MS-DRG")
    basis, codes = _find_codes(stored)
    try:
        grouping = explain_group(grouper, _to_stay(stored, codes, discharge_status))
    except GroupingError as error:
        raise ConflictError(str(error)) from None
    except GrouperMissingError as error:
        raise UnavailableError(str(error)) from None
    return EncounterGrouping(**dict(grouping), encounter_id=stored.encounter.encounter_id, basis=basis)


def _find_codes(stored: StoredEncounter) -> tuple[Basis, Sequence[Code]]:
    """The principal diagnosis is the first of the diagnoses."""
    accepted = [item.code for item in standing_items(stored)]
    if any(isinstance(code, Icd10Cm) for code in accepted):
        return Basis.ACCEPTED, accepted
    shown = [one for one in stored.suggestion_set.suggestions if one.tier is Tier.SUGGESTED]
    shown.sort(key=lambda one: one.role is not Role.FIRST_LISTED)
    return Basis.SUGGESTED, [parse_code(one.system, one.code) for one in shown]


def _to_stay(stored: StoredEncounter, codes: Iterable[Code], discharge_status: str) -> Stay:
    distinct = list(dict.fromkeys(codes))
    diagnoses = [code for code in distinct if isinstance(code, Icd10Cm)]
    if not diagnoses:
        raise GroupingError("no diagnosis is suggested or accepted, and a group needs a principal one")
    patient = stored.encounter.patient
    return Stay(
        principal=diagnoses[0],
        discharged_on=stored.encounter.date_of_service,
        secondary=tuple(diagnoses[1:]),
        procedures=tuple(code for code in distinct if isinstance(code, Icd10Pcs)),
        sex=patient.sex,
        age_years=patient.age_years,
        discharge_status=discharge_status,
    )
