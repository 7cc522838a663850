"""Which services the billing side may report where the encounter took place."""

from data.notes import Encounter, Perspective, Setting
from data.services import Family, FamilyKind
from models.coding.procedures.events import Event
from models.coding.procedures.status import Status
from models.coding.procedures.text import is_delivery, is_report

_FACILITIES = (Setting.OUTPATIENT_HOSPITAL, Setting.ASC, Setting.ED, Setting.INPATIENT, Setting.NURSING_FACILITY)
# Where nobody operates: what a note names there and usually needs an operating room was done elsewhere.
_NO_SURGERY = (Setting.OFFICE, Setting.URGENT_CARE, Setting.HOME, Setting.TELEHEALTH, Setting.NURSING_FACILITY)
_OPERATIVE = ("procedure", "operative", "endoscopy", "surg")
_OUTSIDE = frozenset({"11", "12", "20"})
# Places that report some kinds of services only.
_OWN_KINDS = {
    Setting.RADIOLOGY: (FamilyKind.IMAGING, FamilyKind.ACT),
    Setting.LABORATORY: (FamilyKind.LAB, FamilyKind.TEST),
    Setting.TELEHEALTH: (FamilyKind.ACT, FamilyKind.SESSION, FamilyKind.TALK),
}
_OWN_FAMILIES = {
    Setting.LABORATORY: ("specimen_collection", "sleep_study"),
    Setting.TELEHEALTH: ("screening_instrument", "glucose_sensor", "remote_device_check"),
}
# In a facility its staff, rooms and material are the facility's to bill.
_FACILITY_KINDS = (FamilyKind.TEST, FamilyKind.LAB, FamilyKind.DRUG, FamilyKind.VACCINE, FamilyKind.SUPPLY)
_STAFF_FAMILIES = frozenset(
    "injection hydration therapeutic_infusion chemotherapy nebulizer specimen_collection port_care allergy_shot"
    " oximetry suture_removal therapy_untimed inhaler_teaching".split()
)
_BEDSIDE_IMAGING = frozenset({"ultrasound", "echo", "pregnancy_ultrasound", "vein_ultrasound"})
_IN_HOUSE = frozenset(
    "office clinic house poc poct point onsite here inhouse site room fingerstick finger rapid dip dipstick cup".split()
)
_HANDED_OUT = frozenset(
    "dispensed provided given gave fitted applied supplied issued placed delivered rental rented purchased".split()
)
# Care of many days that is reported once, at its end.
_PACKAGES = frozenset({"obstetric_care"})
# Material that nobody takes home: used when the service was rendered.
_USED_UP = frozenset({"tracer", "blood_product", "cast_supply", "splint_supply"})
# Imaging that the one who reads it also makes, told in a procedure note.
_PROCEDURE_IMAGING = frozenset({"echo", "echo_flow", "nuclear", "contrast_fluoroscopy"})
_ADDED_IMAGING = frozenset({"echo_flow"})
_IMAGING_REPORTS = ("radiology", "imaging", "report", "echo", "ultrasound")


def is_facility(encounter: Encounter) -> bool:
    """Whether the place has a biller of its own beside the professional."""
    return encounter.setting in _FACILITIES


def is_reportable(event: Event, encounter: Encounter, cue_words: frozenset[str]) -> bool:
    """Whether this side reports the service. `cue_words` are those that name it and that say that it was rendered."""
    kind = event.family.kind
    if encounter.setting in _OWN_KINDS and event.family.key not in _USED_UP:
        return kind in _OWN_KINDS[encounter.setting] or event.family.key in _OWN_FAMILIES.get(encounter.setting, ())
    is_elsewhere = encounter.setting in _NO_SURGERY and _is_of_a_facility(event, encounter)
    if is_elsewhere or _is_of_earlier_day(event, encounter, cue_words):
        return False
    if kind is FamilyKind.SUPPLY and not _is_handed_out(event, encounter, cue_words):
        return False
    if encounter.perspective is Perspective.FACILITY:
        return True
    if is_facility(encounter) and encounter.perspective is Perspective.PROFESSIONAL:
        return _is_professional(event, encounter)
    is_here = any(named.is_here for named in event.named)
    return kind is not FamilyKind.LAB or is_here or not _IN_HOUSE.isdisjoint(cue_words)


def _is_of_earlier_day(event: Event, encounter: Encounter, cue_words: frozenset[str]) -> bool:
    """A summary of a stay tells of all its days: what was done on the day of discharge it says, or is talk.

    Source: Medicare Claims Processing Manual, chapter 12, section 30.6.9.2: discharge is the visit of its own date.
    """
    is_summary = all("discharge" in note.kind.lower() for note in encounter.documents)
    if encounter.setting is not Setting.INPATIENT or not is_summary or encounter.perspective is Perspective.FACILITY:
        return False
    is_package = event.family.kind is FamilyKind.TALK or event.family.key in _PACKAGES
    is_today = "today" in cue_words or any(named.rendering.status is Status.TODAY for named in event.named)
    return not is_package and not is_today


def _is_handed_out(event: Event, encounter: Encounter, cue_words: frozenset[str]) -> bool:
    """Whether the note says so of the item, or is the record of a delivery."""
    is_record = any(is_delivery(note.text) for note in encounter.documents)
    return event.family.key in _USED_UP or is_record or not _HANDED_OUT.isdisjoint(cue_words)


def _is_of_a_facility(event: Event, encounter: Encounter) -> bool:
    return _needs_operating_room(event, encounter) or _needs_scanner(event, encounter)


def _needs_operating_room(event: Event, encounter: Encounter) -> bool:
    """By its usual places, unless a procedure section, or a note about procedures, tells of it."""
    if any(word in note.kind.lower() for note in encounter.documents for word in _OPERATIVE):
        return False
    family = event.family
    is_reported = any(named.is_in_procedure for named in event.named)
    return (
        family.kind is FamilyKind.ACT and bool(family.places) and family.places.isdisjoint(_OUTSIDE) and not is_reported
    )


def _needs_scanner(event: Event, encounter: Encounter) -> bool:
    """By its usual places: what a visit tells of it was made and billed elsewhere, unless it says that it was here."""
    family = event.family
    is_large = family.kind is FamilyKind.IMAGING and bool(family.places) and family.places.isdisjoint(_OUTSIDE)
    return is_large and not any(named.is_here for named in event.named) and not _is_imaging_report(encounter)


def _is_imaging_report(encounter: Encounter) -> bool:
    kinds = " ".join(note.kind.lower() for note in encounter.documents)
    return any(word in kinds for word in _IMAGING_REPORTS)


def _is_own_imaging(event: Event, encounter: Encounter) -> bool:
    kinds = " ".join(note.kind.lower() for note in encounter.documents)
    is_subject = any(named.is_in_procedure or named.is_title for named in event.named)
    is_own = event.family.key in _PROCEDURE_IMAGING and (is_subject or event.family.key in _ADDED_IMAGING)
    return is_own and any(word in kinds for word in _OPERATIVE)


def _is_professional(event: Event, encounter: Encounter) -> bool:
    family = event.family
    is_read = any(named.rendering.status is Status.READ for named in event.named)
    if family.key == "ecg":
        return is_read and (encounter.setting is Setting.ED or _is_imaging_report(encounter))
    if family.kind is FamilyKind.TEST and family.is_split_in_components:
        return is_read or any(is_report(note.text) for note in encounter.documents)
    if family.kind is FamilyKind.IMAGING:
        is_bedside = family.key in _BEDSIDE_IMAGING and (is_read or event.text("extent") == "limited")
        return is_bedside or _is_imaging_report(encounter) or _is_own_imaging(event, encounter)
    return family.kind not in _FACILITY_KINDS and family.key not in _STAFF_FAMILIES


def has_components(family: Family, encounter: Encounter) -> bool:
    """Whether the service splits here: read by one side, made by another."""
    return family.is_split_in_components and (is_facility(encounter) or encounter.setting is Setting.RADIOLOGY)
