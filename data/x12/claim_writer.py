"""Writes the loops of one claim, from the billing provider down to the service lines."""

from datetime import date

from data.claims import Claim, ClaimForm, ClaimLine, RevenueLine
from data.notes import Sex
from data.x12.filing import Filing, Party
from data.x12.payer_kinds import to_indicator
from data.x12.segment_writer import SegmentWriter
from data.x12.values import BASIS_CODES, from_cents

_SEXES = {Sex.FEMALE: "F", Sex.MALE: "M"}
_SELF = "18"
_CODES_A_SEGMENT = 12
_INPATIENT = "11"
_DAY = "%Y%m%d"


class ClaimWriter:
    """Writes claims of one transaction one after another; HL numbers count on."""

    def __init__(self, out: SegmentWriter) -> None:
        self._out = out
        self._levels = 0

    def write(self, claim: Claim, filing: Filing) -> None:
        self._write_billing(claim, filing)
        self._write_subscriber(claim, filing)
        if filing.patient is not None:
            self._write_patient(claim, filing, filing.patient)
        self._write_claim(claim, filing)
        self._write_codes(claim)
        self._write_provider(claim, filing)
        for line in claim.all_lines:
            self._write_line(claim, line)

    def _level(self, kind: str, *, has_children: bool) -> None:
        self._levels += 1
        parent = "" if kind == "20" else str(self._levels - 1)
        self._out.add("HL", str(self._levels), parent, kind, "1" if has_children else "0")

    def _write_billing(self, claim: Claim, filing: Filing) -> None:
        self._level("20", has_children=True)
        is_own = claim.form is ClaimForm.PROFESSIONAL and claim.rendering_npi in ("", claim.billing_npi)
        if is_own and claim.rendering_taxonomy:
            self._out.add("PRV", "BI", "PXC", claim.rendering_taxonomy)
        self._name("85", filing.billing, "XX", claim.billing_npi)
        self._address(filing.billing)
        if filing.billing.tax_id:
            self._out.add("REF", "EI", filing.billing.tax_id)

    def _write_subscriber(self, claim: Claim, filing: Filing) -> None:
        is_patient = filing.patient is None
        self._level("22", has_children=not is_patient)
        indicator = to_indicator(claim.payer.kind, is_institutional=claim.form is ClaimForm.INSTITUTIONAL)
        group = self._out.plain(filing.group_number)
        self._out.add("SBR", "P", _SELF if is_patient else "", group, "", "", "", "", "", indicator)
        member = filing.subscriber.identifier or (claim.patient.patient_id if is_patient else "")
        self._name("IL", filing.subscriber, "MI", member, is_person=True)
        self._address(filing.subscriber)
        if is_patient:
            self._birth(claim, filing.subscriber.born_on)
        elif filing.subscriber.born_on:
            self._out.add("DMG", "D8", f"{filing.subscriber.born_on:{_DAY}}", "U")
        payer = self._out.plain(filing.payer_name)
        self._out.add("NM1", "PR", "2", payer, "", "", "", "", "PI", claim.payer.payer_id)

    def _write_patient(self, claim: Claim, filing: Filing, patient: Party) -> None:
        self._level("23", has_children=False)
        self._out.add("PAT", filing.relationship)
        self._name("QC", patient, "MI", patient.identifier, is_person=True)
        self._address(patient)
        self._birth(claim, patient.born_on)

    def _birth(self, claim: Claim, born_on: date | None) -> None:
        sex = _SEXES.get(claim.patient.sex, "U")
        if born_on is not None:
            self._out.add("DMG", "D8", f"{born_on:{_DAY}}", sex)

    def _name(self, kind: str, party: Party, qualifier: str, identifier: str, *, is_person: bool | None = None) -> None:
        person = party.is_person if is_person is None else is_person
        last, first = self._out.plain(party.last_name), self._out.plain(party.first_name) if person else ""
        qualifier = qualifier if identifier else ""
        self._out.add("NM1", kind, "1" if person else "2", last, first, "", "", "", qualifier, identifier)

    def _address(self, party: Party) -> None:
        address, plain = party.address, self._out.plain
        if address.street:
            self._out.add("N3", plain(address.street), plain(address.street_2))
        if address.city:
            self._out.add("N4", plain(address.city), plain(address.state), plain(address.zip_code))

    def _write_claim(self, claim: Claim, filing: Filing) -> None:
        is_institutional = claim.form is ClaimForm.INSTITUTIONAL
        total = from_cents(claim.charge_cents)
        if is_institutional:
            place = (claim.facility_type or "", "A", claim.frequency_code)
            self._out.add("CLM", claim.claim_id, total, "", "", place, "", "A", "Y", "Y")
            self._write_stay(claim, filing)
        else:
            place = (_main_place(claim), "B", claim.frequency_code)
            self._out.add("CLM", claim.claim_id, total, "", "", place, "Y", "A", "Y", "Y")
        if claim.prior_authorization:
            self._out.add("REF", "G1", claim.prior_authorization)
        if claim.payer_control_number:
            self._out.add("REF", "F8", claim.payer_control_number)

    def _write_stay(self, claim: Claim, filing: Filing) -> None:
        first = min(line.service_date for line in claim.all_lines)
        last = max(line.service_end_date or line.service_date for line in claim.all_lines)
        self._out.add("DTP", "434", "RD8", f"{first:{_DAY}}-{last:{_DAY}}")
        if claim.facility_type == _INPATIENT:
            self._out.add("DTP", "435", "D8", f"{first:{_DAY}}")
        stay = filing.stay
        self._out.add("CL1", stay.admission_type, stay.admission_source, stay.discharge_status)

    def _write_codes(self, claim: Claim) -> None:
        """The principal diagnosis first; an institutional claim has the others in segments of their own."""
        first, other = ("BK", "BF") if claim.icd9_diagnoses else ("ABK", "ABF")
        codes = claim.icd9_diagnoses or tuple(code.compact for code in claim.diagnoses)
        parts = [(other if position else first, code) for position, code in enumerate(codes)]
        if claim.form is ClaimForm.INSTITUTIONAL and parts:
            self._out.add("HI", parts.pop(0))
        for start in range(0, len(parts), _CODES_A_SEGMENT):
            self._out.add("HI", *parts[start : start + _CODES_A_SEGMENT])

    def _write_provider(self, claim: Claim, filing: Filing) -> None:
        """Who rendered a professional claim, if it was not the billing provider; who attended an institutional one."""
        is_institutional = claim.form is ClaimForm.INSTITUTIONAL
        if not claim.rendering_npi or (claim.rendering_npi == claim.billing_npi and not is_institutional):
            return
        kind, role = ("71", "AT") if is_institutional else ("82", "PE")
        self._name(kind, filing.rendering, "XX", claim.rendering_npi, is_person=is_institutional or None)
        if claim.rendering_taxonomy:
            self._out.add("PRV", role, "PXC", claim.rendering_taxonomy)

    def _write_line(self, claim: Claim, line: ClaimLine | RevenueLine) -> None:
        self._out.add("LX", str(line.line_number))
        charge, basis, units = from_cents(line.charge_cents), BASIS_CODES[line.unit_basis], str(line.units)
        procedure = ("HC", line.procedure.code.compact, *line.modifiers) if isinstance(line, ClaimLine) else ("",)
        if claim.form is ClaimForm.INSTITUTIONAL:
            self._out.add("SV2", line.revenue_code or "", procedure, charge, basis, units)
        elif isinstance(line, ClaimLine):
            place = line.place_of_service or ""
            own = "" if place == _main_place(claim) else place
            pointers = tuple(str(pointer) for pointer in line.diagnosis_pointers)
            self._out.add("SV1", procedure, charge, basis, units, own, "", pointers)
        self._write_period(line)
        self._out.add("REF", "6R", line.control_number or str(line.line_number))

    def _write_period(self, line: ClaimLine | RevenueLine) -> None:
        first, last = f"{line.service_date:{_DAY}}", line.service_end_date
        if last is None:
            self._out.add("DTP", "472", "D8", first)
        else:
            self._out.add("DTP", "472", "RD8", f"{first}-{last:{_DAY}}")


def _main_place(claim: Claim) -> str:
    """CLM05 names the place of the first line; others name their own."""
    return next((line.place_of_service for line in claim.lines if line.place_of_service), "")
