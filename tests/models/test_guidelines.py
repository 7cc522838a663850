"""The guideline rules, each by a case in which it acts and one in which it must not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import Icd10Cm
from data.codeset import CodeSet
from data.notes import Patient, Profile, Setting, Sex
from data.suggestions import Evidence, Role
from models.coding.assertion import Assertion
from models.coding.guidelines import CodingContext, Draft, DraftMention, GuidelineOutcome, apply_guidelines

INPATIENT = {"profile": Profile.INPATIENT, "setting": Setting.INPATIENT}


def _codes(outcome: GuidelineOutcome) -> list[str]:
    return [draft.code.dotted for draft in outcome.drafts]


def _withheld(outcome: GuidelineOutcome) -> dict[str, str]:
    return {item.code: item.reason.value for item in outcome.withheld}


def _cited(outcome: GuidelineOutcome, code: str) -> set[str]:
    draft = next(draft for draft in outcome.drafts if draft.code.dotted == code)
    return {why.rule_id.removeprefix("icd10cm.") for why in draft.rationale}


# (case, marked note, codes in order, withheld, visit)
CASES = [
    # what is stated
    ("plain", "A/P: {migraine|G43.909}.", ["G43.909"], {}, {}),
    ("negated", "HPI: denies {chest pain|R07.9}. A/P: {GERD|K21.9}.", ["K21.9"], {"R07.9": "negated"}, {}),
    ("negated once, stated once", "HPI: denies {cough|R05.9}.\nA/P: {cough|R05.9}.", ["R05.9"], {}, {}),
    ("hypothetical", "A/P: {GERD|K21.9}. Return if {chest pain|R07.9}.", ["K21.9"], {"R07.9": "hypothetical"}, {}),
    ("uncertain, outpatient", "A/P: probable {pneumonia|J18.9}. {Cough|R05.9}.", ["R05.9"], {"J18.9": "uncertain"}, {}),
    ("uncertain, inpatient", "Discharge diagnosis: probable {pneumonia|J18.9}.", ["J18.9"], {}, INPATIENT),
    ("uncertain before discharge", "HPI: possible {pneumonia|J18.9}.", [], {"J18.9": "uncertain"}, INPATIENT),
    (
        "uncertain, confirmed only",
        "Discharge diagnosis: possible {COVID-19|U07.1}.",
        [],
        {"U07.1": "uncertain"},
        INPATIENT,
    ),
    # family and personal history
    (
        "family",
        "FH: {breast cancer|C50.919} in mother.\nA/P: {GERD|K21.9}.",
        ["K21.9", "Z80.3"],
        {"C50.919": "family"},
        {},
    ),
    ("family denied", "FH: no {breast cancer|C50.919}.\nA/P: {GERD|K21.9}.", ["K21.9"], {"C50.919": "negated"}, {}),
    (
        "past malignancy",
        "A/P: History of {breast cancer|C50.919}, mastectomy.",
        ["Z85.3"],
        {"C50.919": "historical"},
        {},
    ),
    ("malignancy under treatment", "A/P: History of {breast cancer|C50.919} on chemotherapy.", ["C50.919"], {}, {}),
    ("past DVT", "PMH: {DVT|I82.409}\nA/P: {GERD|K21.9}", ["K21.9", "Z86.718"], {"I82.409": "historical"}, {}),
    ("listed", "HPI: PMH HTN, {AFib|I48.91}. A/P: {GERD|K21.9}", ["K21.9", "I48.91"], {}, {}),
    ("not listed", "HPI: history of {AFib|I48.91}. A/P: {GERD|K21.9}", ["K21.9", "Z86.79"], {}, {}),
    ("old infarct", "HPI: prior {MI|I21.9}. A/P: {GERD|K21.9}", ["K21.9", "I25.2"], {"I21.9": "historical"}, {}),
    ("past stroke", "PMH: {stroke|I63.9}\nA/P: {GERD|K21.9}", ["K21.9", "Z86.73"], {"I63.9": "historical"}, {}),
    (
        "former smoker",
        "SH: former {smoker|F17.210}.\nA/P: {GERD|K21.9}",
        ["K21.9", "Z87.891"],
        {"F17.210": "historical"},
        {},
    ),
    ("current smoker", "SH: {smoker|F17.210}, one pack a day.\nA/P: {GERD|K21.9}", ["K21.9", "F17.210"], {}, {}),
    ("past alcohol dependence", "PMH: {alcohol dependence|F10.20}\nA/P: {GERD|K21.9}", ["K21.9", "F10.20"], {}, {}),
    (
        "history of alcohol abuse",
        "HPI: history of {alcohol abuse|F10.10}. A/P: {GERD|K21.9}",
        ["K21.9", "F10.11"],
        {"F10.10": "historical"},
        {},
    ),
    ("past sedative abuse", "HPI: history of {abuse|F13.10}. A/P: {GERD|K21.9}", ["K21.9", "F13.11"], {}, {}),
    ("past lymphoma", "HPI: history of {DLBCL|C83.30}. A/P: {GERD|K21.9}", ["K21.9", "Z85.72"], {}, {}),
    ("past macroglobulinemia", "HPI: history of {WM|C88.00}. A/P: {GERD|K21.9}", ["K21.9", "Z85.79"], {}, {}),
    ("past carcinoma in situ", "HPI: history of {CIS|D09.0}. A/P: {GERD|K21.9}", ["K21.9", "Z86.008"], {}, {}),
    ("past bleeding of the brain", "HPI: prior {ICH|I61.9}. A/P: {GERD|K21.9}", ["K21.9", "Z86.79"], {}, {}),
    (
        "past and without a code",
        "HPI: {headache|R51.9} resolved. A/P: {GERD|K21.9}",
        ["K21.9"],
        {"R51.9": "historical"},
        {},
    ),
    (
        "chronic in the history",
        "PMH: {hypertension|I10}, {COPD|J44.9}\nA/P: {GERD|K21.9}",
        ["K21.9", "I10", "J44.9"],
        {},
        {},
    ),
    ("history of a lasting disease", "HPI: history of {diabetes|E11.9}.", ["E11.9"], {}, {}),
    ("history of a passing disease", "HPI: history of {GERD|K21.9}.", [], {"K21.9": "historical"}, {}),
    ("resolved in the stay", "Discharge diagnoses: {AKI|N17.9}, resolved.", ["N17.9"], {}, INPATIENT),
    ("resolved before the visit", "A/P: {AKI|N17.9}, resolved.", ["Z87.448"], {"N17.9": "historical"}, {}),
    ("an injury after its surgery", "A: s/p ORIF of right {wrist fracture|S62.101A}.", ["S62.101D"], {}, {}),
    ("a negative result", "A/P: {pregnancy test negative|Z32.02}.", ["Z32.02"], {}, {}),
    # drugs
    ("insulin", "Meds: insulin glargine\nA/P: {type 2 diabetes|E11.9}.", ["E11.9", "Z79.4"], {}, {}),
    ("insulin and metformin", "Meds: metformin, lantus\nA/P: {T2DM|E11.9}.", ["E11.9", "Z79.4", "Z79.84"], {}, {}),
    ("stopped", "A/P: {type 2 diabetes|E11.9}, stopped metformin.", ["E11.9"], {}, {}),
    ("insulin in type 1", "Meds: insulin\nA/P: {type 1 diabetes|E10.9}.", ["E10.9"], {}, {}),
    ("drug without its disease", "Meds: metformin\nA/P: {PCOS|E28.2}.", ["E28.2"], {}, {}),
    (
        "a drug that was stopped",
        "A/P: {afib|I48.91}, {apixaban|Z79.01} stopped.",
        ["I48.91"],
        {"Z79.01": "historical"},
        {},
    ),
    ("an insulin drip", "A/P: {T2DM|E11.9}, {insulin|Z79.4} gtt.", ["E11.9"], {"Z79.4": "historical"}, {}),
    (
        "a drug that goes on elsewhere",
        "Meds: {apixaban|Z79.01} 5 mg bid\nA/P: {afib|I48.91}, {apixaban|Z79.01} held for the tooth.",
        ["I48.91", "Z79.01"],
        {},
        {},
    ),
    ("anticoagulant", "Meds: Eliquis 5 mg\nA/P: {afib|I48.91}", ["I48.91", "Z79.01"], {}, {}),
    ("allergy to aspirin", "Allergies: aspirin\nA/P: {CAD|I25.10}", ["I25.10"], {}, {}),
    (
        "insulin of the stay",
        "Hospital course: insulin drip.\nDischarge diagnosis: {T2DM|E11.9}",
        ["E11.9"],
        {},
        INPATIENT,
    ),
    ("insulin at home", "Home meds: insulin.\nDischarge diagnosis: {T2DM|E11.9}", ["E11.9", "Z79.4"], {}, INPATIENT),
    # hypertension with and without
    ("nothing of the kidneys", "A/P: {hypertension|I12.9}.", ["I10"], {}, {}),
    ("words of the kidneys", "A/P: {hypertensive kidney disease|I12.9}.", ["I12.9"], {}, {}),
    ("kidneys elsewhere", "A/P: {HTN|I12.9}. {CKD 3a|N18.31}.", ["I12.9", "N18.31"], {}, {}),
    ("kidneys and nothing of the heart", "A/P: {3b, diabetic|I13.0}. {CKD 3b|N18.32}.", ["I12.9", "N18.32"], {}, {}),
    ("kidneys failing, nothing of the heart", "A/P: {HTN|I13.11}. {ESRD|N18.6}.", ["I12.0", "N18.6"], {}, {}),
    ("the heart and nothing of kidneys", "A/P: {HTN|I13.0}. {HFpEF|I50.30}.", ["I11.0", "I50.30"], {}, {}),
    ("neither", "A/P: {HTN|I13.10}.", ["I10"], {}, {}),
    ("both", "A/P: {HTN|I13.0}. {HFpEF|I50.30}. {CKD 4|N18.4}.", ["I13.0", "I50.30", "N18.4"], {}, {}),
    ("nothing of the heart", "A/P: {hypertension|I11.0}.", ["I10"], {}, {}),
    # why the patient came
    ("child with findings", "CC: well child visit, abnormal findings below\nA/P: ok", ["Z00.121"], {}, {"age": 4}),
    ("examination", "CC: annual physical\nA/P: {hypertension|I10}.", ["Z00.00", "I10"], {}, {}),
    ("examination with findings", "CC: annual physical\nA/P: {abnormal glucose|R73.09}.", ["Z00.01", "R73.09"], {}, {}),
    ("planned examination", "A/P: {hypertension|I10}. Schedule annual physical.", ["I10"], {}, {}),
    ("child", "CC: well child visit\nA/P: doing well", ["Z00.129"], {}, {"age": 4}),
    ("screening", "Indication: screening colonoscopy\nFindings: {polyp|K63.5}", ["Z12.11", "K63.5"], {}, {}),
    ("no screening", "Indication: {rectal bleeding|K62.5}\nPlan: colon cancer screening at 45", ["K62.5"], {}, {}),
    ("vaccine at another visit", "A/P: {hypertension|I10}. Influenza vaccine given today.", ["I10", "Z23"], {}, {}),
    ("vaccine alone", "CC: here for flu shot\nInfluenza vaccine administered.", ["Z23"], {}, {}),
    ("elsewhere", "A/P: {htn|I10}. Influenza vaccine given at the pharmacy.", ["I10"], {}, {}),
    ("vaccine declined", "A/P: {hypertension|I10}. Declined flu shot.", ["I10"], {}, {}),
    (
        "screening study",
        "Impression: {dense breasts|R92.333}. {Screening|Z12.31}.",
        ["Z12.31", "R92.333"],
        {},
        {"setting": Setting.RADIOLOGY},
    ),
    # exclusion, order
    ("other sites", "A/P: {lip cut|S01.511A}. {chin abrasion|S00.81XA}.", ["S01.511A", "S00.81XA"], {}, {}),
    ("same site", "A/P: {lip cut|S01.511A}. {lip abrasion|S00.511A}.", ["S01.511A"], {"S00.511A": "superseded"}, {}),
    (
        "exclusive",
        "A/P: {type 1 diabetes|E10.9=0.9}. {type 2 diabetes|E11.9=0.5}.",
        ["E10.9"],
        {"E11.9": "excluded"},
        {},
    ),
    ("compatible", "A/P: {hypertension|I10}. {hyperlipidemia|E78.5}.", ["I10", "E78.5"], {}, {}),
    (
        "assessment order",
        "HPI: {GERD|K21.9}.\nA/P: {asthma|J45.909=0.6}. {migraine|G43.909=0.9}.",
        ["J45.909", "G43.909", "K21.9"],
        {},
        {},
    ),
    ("etiology first", "A/P: {dementia|F02.80}. {Alzheimer's|G30.9}.", ["G30.9", "F02.80"], {}, {}),
    ("sepsis first", "Discharge diagnoses: {pneumonia|J18.9}, {sepsis|A41.9}.", ["A41.9", "J18.9"], {}, INPATIENT),
    (
        "cause of an injury last",
        "HPI: {fell|W19.XXXA}. A/P: right {ankle sprain|S93.401A}.",
        ["S93.401A", "W19.XXXA"],
        {},
        {},
    ),
    # validity
    ("heading", "A/P: {migraine|G43}.", [], {"G43": "invalid_on_date"}, {}),
    ("heading of one site", "A/P: {breast cancer|C50.9}.", ["C50.919"], {}, {}),
    ("seventh character left out", "A/P: {wound|T14.8}.", ["T14.8XXA"], {}, {}),
    ("unknown", "A/P: {migraine|G43.A9Z}.", [], {"G43.A9Z": "invalid_on_date"}, {}),
    (
        "mentions only",
        "A/P: no {cough|R05.9=0.4}. {pneumonia|J18.9}.",
        ["J18.9", "R05.9"],
        {},
        {"profile": Profile.MENTIONS},
    ),
]


@pytest.mark.parametrize(
    ("note", "codes", "withheld", "visit"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_case(note: str, codes: list[str], withheld: dict[str, str], visit: dict, code_chart):
    outcome = code_chart(note, **visit)
    assert _codes(outcome) == codes
    assert _withheld(outcome).items() >= withheld.items()
    assert set(_withheld(outcome)).isdisjoint(codes)


@pytest.mark.parametrize(
    ("note", "about"),
    [
        ("A/P: {knee pain|M25.569}.", ["laterality"]),
        ("A/P: right {knee pain|M25.569}.", []),
        ("A/P: {CKD|N18.9}.", ["stage"]),
        ("A/P: {CKD|N18.9} stage 4.", []),
        ("A/P: {obesity|E66.9}.", ["obesity class"]),
        ("A/P: {obesity|E66.9} class 1.", []),
        ("A/P: {CHF|I50.9}.", ["type and acuity"]),
        ("A/P: {CHF|I50.9=0.1}.", []),
    ],
)
def test_questions(note: str, about: list[str], code_chart):
    queries = code_chart(note).queries
    assert [query.about for query in queries] == about
    for query in queries:
        assert query.text.endswith("?")
        assert len(query.would_change) > 1
        assert not any(code in query.text for code in query.would_change)


@pytest.mark.parametrize(
    ("note", "code", "rule"),
    [
        ("A/P: {diabetes|E11.9}. {CKD 3a|N18.31}.", "E11.22", "I.A.15.with"),
        ("A/P: {hypertension|I10}. {CHF|I50.9}.", "I11.0", "I.C.9.a.1.heart"),
        ("PMH: {hypertension|I10}", "I10", "IV.I.chronic"),
        ("A/P: {GERD|K21.9}.", "K21.9", "IV.G.first_listed"),
        ("A/P: right {knee pain|M25.569}.", "M25.561", "I.B.13.laterality"),
    ],
)
def test_a_rule_that_acts_is_cited(note: str, code: str, rule: str, code_chart):
    assert rule in _cited(code_chart(note), code)


def test_the_first_is_first_listed_and_only_it(code_chart):
    outcome = code_chart("A/P: {asthma|J45.909}. {migraine|G43.909}.")
    assert [draft.role for draft in outcome.drafts] == [Role.FIRST_LISTED, Role.SECONDARY]


def test_another_reading_of_the_same_words_is_an_alternative(icd10cm: CodeSet):
    mention = DraftMention(Evidence(document_id="d1", start=0, end=8, quote="diabetes"))
    drafts = [Draft(Icd10Cm("E119"), 0.8, (mention,)), Draft(Icd10Cm("E109"), 0.1, (mention,))]
    outcome = apply_guidelines(drafts, _context(icd10cm))
    assert _codes(outcome) == ["E11.9"]
    assert outcome.drafts[0].alternatives == (Icd10Cm("E109"),)
    assert outcome.withheld == ()


@pytest.mark.parametrize(
    ("other", "codes"),
    [
        pytest.param("M9901", ["M99.03", "M99.01"], id="a region"),
        pytest.param("M5459", ["M99.03"], id="another reading"),
    ],
)
def test_the_same_words_tell_several_regions(other: str, codes: list[str], icd10cm: CodeSet):
    mention = DraftMention(Evidence(document_id="d1", start=0, end=28, quote="subluxation lumbar, cervical"))
    drafts = [Draft(Icd10Cm("M9903"), 0.4, (mention,)), Draft(Icd10Cm(other), 0.35, (mention,))]
    assert _codes(apply_guidelines(drafts, _context(icd10cm))) == codes


def test_a_draft_that_loses_its_best_words_is_less_probable(icd10cm: CodeSet):
    denied = DraftMention(Evidence(document_id="d1", start=0, end=1, quote="x"), Assertion(is_negated=True), weight=0.8)
    stated = DraftMention(Evidence(document_id="d1", start=5, end=6, quote="y"), weight=0.2)
    outcome = apply_guidelines([Draft(Icd10Cm("R519"), 0.8, (denied, stated))], _context(icd10cm))
    assert outcome.drafts[0].probability == pytest.approx(0.2)
    assert outcome.drafts[0].mentions == (stated,)


def test_without_a_code_set_nothing_is_refused():
    outcome = apply_guidelines([Draft(Icd10Cm("A0000"), 0.8)], _context(None))
    assert _codes(outcome) == ["A00.00"]


def _context(code_set: CodeSet | None, profile: Profile = Profile.OUTPATIENT) -> CodingContext:
    patient = Patient(age_years=40, sex=Sex.FEMALE)
    return CodingContext(profile, Setting.OFFICE, date(2026, 3, 14), patient, code_set)


_ASSERTIONS = st.builds(
    Assertion,
    is_negated=st.booleans(),
    is_historical=st.booleans(),
    is_hypothetical=st.booleans(),
    is_family=st.booleans(),
    is_uncertain=st.booleans(),
)
_CODES = (
    "E119 E1122 N1832 N189 I10 I509 J189 R059 R509 C50919 I2510 O24419 Z0000 Z6836 E669 M25561 S93401A F17210 A419"
    " W19XXXA"
)


@given(data=st.data(), profile=st.sampled_from([Profile.OUTPATIENT, Profile.INPATIENT]))
def test_nothing_is_lost_and_a_second_pass_changes_nothing(data: st.DataObject, profile: Profile, icd10cm: CodeSet):
    codes = data.draw(st.lists(st.sampled_from(_CODES.split()), unique=True, max_size=8))
    drafts = []
    for index, code in enumerate(codes):
        evidence = Evidence(document_id="d1", start=10 * index, end=10 * index + 1, quote="x")
        mention = DraftMention(evidence, data.draw(_ASSERTIONS))
        drafts.append(Draft(Icd10Cm(code), data.draw(st.floats(0.55, 0.99)), (mention,)))
    outcome = apply_guidelines(drafts, _context(icd10cm, profile))
    kept, quoted = set(_codes(outcome)), {e for item in outcome.withheld for e in item.evidence}
    quoted |= {e for draft in outcome.drafts for e in draft.evidence}
    assert {draft.evidence[0] for draft in drafts} <= quoted
    assert len(kept) == len(outcome.drafts)
    assert all(icd10cm.is_billable(draft.code.compact) for draft in outcome.drafts)
    again = apply_guidelines(outcome.drafts, _context(icd10cm, profile))
    assert _codes(again) == _codes(outcome)
