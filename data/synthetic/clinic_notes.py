"""Invented visits of one clinic that writes in its own shorthand, with the diagnoses that it means.

The clinic has habits that no guideline has: what stands under "On meds" is coded at every visit, what stands under
"PMH" is not. Words: `world/clinic_words.tsv`. Everything is invented; no note resembles a real one.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from data.notes import Encounter, Note, Patient, PatientStatus, Payer, PayerKind, Setting, Sex
from data.suggestions import Evidence
from data.synthetic.dice import Dice

_TAILS = (
    "stable, no change",
    "improving, continue",
    "worse, adjust dose",
    "labs today",
    "f/u 3 mo",
    "refill sent",
    "discussed options",
)
_REASONS = ("follow up", "med check", "not feeling well x 3 d", "annual labs reviewed", "several concerns")
_DENIED = ("chest pain", "fever", "blood in stool", "syncope", "shortness of breath")
_EXAM = ("Alert, NAD. RRR. Lungs clear.", "WDWN. No edema. Gait normal.", "Comfortable. Abd soft, NT.")
_FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Wording:
    """How the clinic may write a condition; `local` words are its own."""

    code: str
    kind: str
    standard: str
    local: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClinicVisit:
    """`meant` are the diagnoses of the visit, dotted, each with the words that stand for it."""

    encounter: Encounter
    meant: dict[str, Evidence]


@cache
def load_wordings() -> tuple[Wording, ...]:
    text = files("data.synthetic").joinpath("world", "clinic_words.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return tuple(Wording(row["code"], row["kind"], row["standard"], tuple(row["local"].split("|"))) for row in rows)


def write_visits(count: int, *, seed: int = 11, local_share: float = 0.6) -> Iterator[ClinicVisit]:
    """Visits of half a year in order of time; the same arguments give the same visits."""
    dice = Dice(seed)
    for number in range(count):
        yield _write_visit(dice, f"clinic-{seed}-{number:05d}", 150 * number // max(count, 1), local_share)


class _Page:
    """A note while it is written."""

    def __init__(self) -> None:
        self.text = ""
        self.meant: dict[str, Evidence] = {}

    def write(self, text: str) -> None:
        self.text += text

    def write_meant(self, code: str, words: str) -> None:
        start = len(self.text)
        self.text += words
        self.meant[code] = Evidence(document_id="d1", start=start, end=len(self.text), quote=words)


def _write_visit(dice: Dice, name: str, day: int, local_share: float) -> ClinicVisit:
    wordings = [one for one in load_wordings() if one.kind != "status"]
    chosen = _without_rivals(dice.sample(wordings, 9))
    problems, treated, past = chosen[: dice.randint(2, 4)], chosen[4 : 4 + dice.randint(0, 2)], chosen[6:7]
    page = _Page()
    page.write(f"CC: {dice.choice(_REASONS)}\nHPI: Seen in clinic. Denies {dice.choice(_DENIED)}.\n")
    if past:
        page.write(f"PMH: {past[0].standard}, years ago.\n")
    if treated:
        page.write("On meds: ")
        for place, one in enumerate(treated):
            page.write("; " if place else "")
            page.write_meant(one.code, _say(dice, one, local_share))
        page.write("\n")
    page.write(f"Exam: {dice.choice(_EXAM)}\nA/P:\n")
    for place, one in enumerate(problems, start=1):
        page.write(f"{place}. ")
        page.write_meant(one.code, _say(dice, one, local_share))
        page.write(f" - {dice.choice(_TAILS)}\n")
    if dice.chance(0.25):
        status = dice.choice([one for one in load_wordings() if one.kind == "status"])
        page.write_meant(status.code, _say(dice, status, local_share))
        page.write("\n")
    return ClinicVisit(_to_encounter(dice, name, day, page.text), page.meant)


def _without_rivals(chosen: list[Wording]) -> list[Wording]:
    """One condition of a category: nobody has both kinds of it at one visit."""
    return list({one.code[:3]: one for one in chosen}.values())


def _say(dice: Dice, wording: Wording, local_share: float) -> str:
    return dice.choice(wording.local) if dice.chance(local_share) else wording.standard


def _to_encounter(dice: Dice, name: str, day: int, text: str) -> Encounter:
    return Encounter(
        encounter_id=name,
        setting=Setting.OFFICE,
        date_of_service=_FIRST_DAY + timedelta(days=day),
        patient=Patient(
            age_years=dice.randint(19, 88), sex=dice.choice((Sex.FEMALE, Sex.MALE)), status=PatientStatus.ESTABLISHED
        ),
        payer=Payer(payer_id="P1", kind=dice.choice((PayerKind.COMMERCIAL, PayerKind.MEDICARE))),
        documents=(Note(document_id="d1", text=text),),
    )
