"""Whether a named service was done, by the words around it."""

from datetime import date

import pytest

from data.catalogue import load_catalogue
from data.notes import Encounter, Note, Setting
from models.coding.procedures.reader import Reader
from models.coding.procedures.status import Status
from models.coding.procedures.text import read_procedure_text


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_catalogue())


# A note, the words that name the service, and how it was judged. One case fires and one does not for each kind of cue.
CASES = [
    ("Colonoscopy was performed.", "Colonoscopy", Status.DONE),
    ("Colonoscopy was not performed.", "Colonoscopy", Status.NEGATED),
    ("Colonoscopy will be performed.", "Colonoscopy", Status.PLANNED),
    ("Colonoscopy is scheduled for May.", "Colonoscopy", Status.PLANNED),
    ("Will schedule colonoscopy.", "colonoscopy", Status.PLANNED),
    ("We recommended colonoscopy.", "colonoscopy", Status.PLANNED),
    ("She declined colonoscopy.", "colonoscopy", Status.DECLINED),
    ("Colonoscopy refused.", "Colonoscopy", Status.DECLINED),
    ("Colonoscopy in 2019.", "Colonoscopy", Status.PAST),
    ("Colonoscopy 9/14/2023 was normal.", "Colonoscopy", Status.PAST),
    ("Colonoscopy 3/14/2026 performed.", "Colonoscopy", Status.DONE),
    ("History of colonoscopy.", "colonoscopy", Status.PAST),
    ("Colonoscopy two years ago.", "Colonoscopy", Status.PAST),
    ("Colonoscopy at an outside hospital.", "Colonoscopy", Status.ELSEWHERE),
    ("Colonoscopy by GI.", "Colonoscopy", Status.ELSEWHERE),
    ("Flu vaccine given today, Tdap declined.", "Flu vaccine", Status.DONE),
    ("Flu vaccine given today, Tdap declined.", "Tdap", Status.DECLINED),
    ("Declined flu vaccine, Tdap given.", "flu vaccine", Status.DECLINED),
    ("Declined flu vaccine, Tdap given.", "Tdap", Status.DONE),
    ("MMR, varicella given today.", "MMR", Status.DONE),
    ("RSV vaccine 2024, Tdap given today.", "RSV vaccine", Status.PAST),
    ("RSV vaccine 2024, Tdap given today.", "Tdap", Status.DONE),
    ("EKG ordered.", "EKG", Status.PLANNED),
    ("EKG ordered, interpreted by me: sinus rhythm.", "EKG", Status.READ),
    ("EKG today: sinus rhythm.", "EKG", Status.TODAY),
    ("EKG in the office: sinus rhythm.", "EKG", Status.HERE),
    ("If worse, spirometry.", "spirometry", Status.PLANNED),
    ("History of asthma, spirometry performed today.", "spirometry", Status.DONE),
    ("No spirometry today.", "spirometry", Status.NEGATED),
    ("No distress, spirometry performed.", "spirometry", Status.DONE),
    ("PLAN: Spirometry.", "Spirometry", Status.PLANNED),
    ("PAST SURGICAL HISTORY: Appendectomy.", "Appendectomy", Status.PAST),
    ("PROCEDURE: Spirometry.", "Spirometry", Status.DONE),
    ("Dating scan. Viable pregnancy. Performed in office today.", "Dating scan", Status.HERE),
    ("Dating scan. Start prenatal vitamins.", "Dating scan", Status.HERE),
]


@pytest.mark.parametrize(("text", "words", "status"), CASES)
def test_a_named_service_is_judged(reader: Reader, text: str, words: str, status: Status) -> None:
    note = Note(document_id="d1", text=text)
    encounter = Encounter(encounter_id="e1", date_of_service=date(2026, 3, 14), documents=(note,))
    reading = reader.read(read_procedure_text(note), encounter)
    found = [
        named.rendering.status
        for named in reading.services
        if words in reading.evidence_of(named.mention.first, named.mention.last).quote
    ]
    assert status in found or (status is Status.HERE and Status.DONE in found)


@pytest.mark.parametrize(("setting", "is_rendered"), [(Setting.ED, True), (Setting.OFFICE, False)])
def test_in_the_ed_is_here_only_there(reader: Reader, setting: Setting, is_rendered: bool) -> None:
    note = Note(document_id="d1", text="Foley catheter placed in the ED.")
    encounter = Encounter(encounter_id="e1", setting=setting, date_of_service=date(2026, 3, 14), documents=(note,))
    reading = reader.read(read_procedure_text(note), encounter)
    assert {named.rendering.is_rendered for named in reading.services} == {is_rendered}
