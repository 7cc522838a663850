"""Pregnancy, childbirth and the puerperium (I.C.15): each rule by cases in which it acts and in which it must not."""

import pytest

from data.notes import Profile, Setting, Sex

MOTHER = {"age": 30}
STAY = {"age": 30, "profile": Profile.INPATIENT, "setting": Setting.INPATIENT}

# (case, marked note, codes in order, withheld, visit)
CASES = [
    (
        "weeks",
        "HPI: 24 weeks gestation. A/P: {gestational diabetes|O24.419}. {hypothyroidism|E03.9}.",
        ["O24.419", "O99.282", "E03.9", "Z3A.24"],
        {},
        {"age": 30},
    ),
    ("trimester", "HPI: 30 weeks pregnant. A/P: {mild preeclampsia|O14.00}.", ["O14.03", "Z3A.30"], {}, {"age": 30}),
    (
        "what the diabetes does",
        "HPI: 11 weeks pregnant. A/P: {type 2 diabetes with hyperglycemia|E11.65}, {in pregnancy|O24.111}.",
        ["O24.111", "E11.65", "Z3A.11"],
        {},
        {"age": 30},
    ),
    (
        "diabetes of pregnancy",
        "HPI: 24 weeks pregnant. A/P: {high sugars|E13.65}, {GDM|O24.419}.",
        ["O24.419", "Z3A.24"],
        {"E13.65": "superseded"},
        {"age": 30},
    ),
    (
        "weeks of something else",
        "HPI: 24 weeks of cough. A/P: {gestational diabetes|O24.419}.",
        ["O24.419"],
        {},
        {"age": 30},
    ),
    ("weeks without pregnancy", "HPI: born at 30 weeks gestation. A/P: {asthma|J45.909}.", ["J45.909"], {}, {"age": 9}),
    (
        "incidental",
        "A/P: {pregnant|Z33.1}. {gestational diabetes|O24.419}.",
        ["O24.419"],
        {"Z33.1": "excluded"},
        {"age": 30},
    ),
    ("days beside weeks", "HPI: G2P1 at 28w4d. A/P: {preeclampsia|O14.00}.", ["O14.03", "Z3A.28"], {}, MOTHER),
    ("weeks and days", "HPI: 11 weeks 2 days. A/P: {hyperemesis|O21.1}.", ["O21.1", "Z3A.11"], {}, MOTHER),
    ("weeks in words", "At forty-one weeks and three days. A/P: {AMA|O09.529}.", ["O09.523", "Z3A.41"], {}, MOTHER),
    ("a visit in weeks", "HPI: seen six weeks ago. A/P: {AMA|O09.529}.", ["O09.529"], {}, MOTHER),
    (
        "weeks at admission",
        "13w2d today, came at 12 weeks 1 day. A/P: {hyperemesis|O21.1}.",
        ["O21.1", "Z3A.12"],
        {},
        STAY,
    ),
    ("weeks plus days", "IUP @ 32+3. A/P: {AMA|O09.529}.", ["O09.523", "Z3A.32"], {}, MOTHER),
    (
        "the weeks of the scan that dated it",
        "HPI: 20w3d by 8w2d scan. A/P: {low placenta|O44.40}.",
        ["O44.42", "Z3A.20"],
        {},
        MOTHER,
    ),
    (
        "weeks of a plan",
        "HPI: 30w0d. A/P: {GDM|O24.419}. Return at 32w0d. Deliver by 39w0d.",
        ["O24.419", "Z3A.30"],
        {},
        MOTHER,
    ),
    ("a trimester in words", "A/P: {AMA|O09.529}, third trimester.", ["O09.523"], {}, MOTHER),
    (
        "two trimesters",
        "A/P: {AMA|O09.529}. Seen in the first trimester, now third trimester.",
        ["O09.529"],
        {},
        MOTHER,
    ),
    (
        "hypertension of before",
        "HPI: 12w0d. A/P: {hypertension|I10}, {AMA|O09.529}.",
        ["O10.011", "O09.521", "Z3A.12"],
        {"I10": "superseded"},
        MOTHER,
    ),
    (
        "obesity",
        "HPI: 12w0d. A/P: {AMA|O09.529}. {Obesity|E66.812}.",
        ["O09.521", "O99.211", "E66.812", "Z3A.12"],
        {},
        MOTHER,
    ),
    (
        "pregnant by her weeks alone",
        "HPI: at 11 weeks 2 days. A/P: {Graves disease|E05.00}.",
        ["O99.281", "E05.00", "Z3A.11"],
        {},
        MOTHER,
    ),
    ("weeks of a girl", "HPI: was born at 34w2d. A/P: {Graves disease|E05.00}.", ["E05.00"], {}, {"age": 9}),
    (
        "no body mass index in pregnancy",
        "HPI: 12w0d. BMI 37.6. A/P: {AMA|O09.529}. {Obesity|E66.812}.",
        ["O09.521", "O99.211", "E66.812", "Z3A.12"],
        {},
        MOTHER,
    ),
    ("obesity without pregnancy", "A/P: {Obesity|E66.812}.", ["E66.812"], {}, MOTHER),
    (
        "said already",
        "HPI: 30w0d. A/P: {anemia in pregnancy|O99.019}, {iron deficiency|D50.9}.",
        ["O99.013", "D50.9", "Z3A.30"],
        {},
        MOTHER,
    ),
    (
        "a cystitis",
        "HPI: 33w2d. A/P: {AMA|O09.529}. {Cystitis|N30.00}.",
        ["O09.523", "O23.13", "Z3A.33"],
        {"N30.00": "superseded"},
        MOTHER,
    ),
    (
        "smoking and a birth",
        "Delivery note: {first degree tear|O70.0} repaired. Vigorous boy, Apgars 8 and 9. 39w2d. {Smoker|F17.210}.",
        ["O70.0", "Z37.0", "O99.334", "F17.210", "Z3A.39"],
        {},
        STAY,
    ),
    ("no birth", "HPI: 39w2d. A/P: {breech|O32.1XX0}.", ["O32.1XX0", "Z3A.39"], {}, MOTHER),
    (
        "after the birth",
        "Assessment: {postpartum exam|Z39.2}, delivered at 38w5d. {Depression|F32.A}.",
        ["Z39.2", "O99.345", "F32.A"],
        {},
        MOTHER,
    ),
    ("a clot of the leg", "30w0d. Left {DVT|I82.402}.", ["O22.33", "I82.402", "Z3A.30"], {}, MOTHER),
    (
        "a clot of the leg, after",
        "Postpartum day 3. {Exam|Z39.2}. Left {DVT|I82.402}.",
        ["Z39.2", "O87.1", "I82.402"],
        {},
        MOTHER,
    ),
    ("a clot of the lung", "30w0d. A/P: {PE|I26.99}.", ["O88.213", "Z3A.30"], {"I26.99": "superseded"}, MOTHER),
    ("the liver", "30w0d. A/P: {autoimmune hepatitis|K75.4}.", ["O26.613", "K75.4", "Z3A.30"], {}, MOTHER),
    ("the gut", "30w0d. A/P: {GERD|K21.9}.", ["O99.613", "K21.9", "Z3A.30"], {}, MOTHER),
    ("influenza", "30w0d. A/P: {flu|J10.1}.", ["O99.513", "J10.1", "Z3A.30"], {}, MOTHER),
    ("another virus", "30w0d. A/P: {COVID|U07.1}.", ["O98.513", "U07.1", "Z3A.30"], {}, MOTHER),
    ("malnutrition", "30w0d. A/P: {malnutrition|E44.0}.", ["O25.13", "E44.0", "Z3A.30"], {}, MOTHER),
    ("depression of the puerperium", "{Postpartum exam|Z39.2}. {Depression|F53.0}.", ["Z39.2", "F53.0"], {}, MOTHER),
    ("high risk until the birth", "{Delivery|O80}, {AMA|O09.529}.", ["O80"], {"O09.529": "superseded"}, STAY),
    ("a man", "HPI: Apgars of his son 9 and 9. A/P: {asthma|J45.909}.", ["J45.909"], {}, {"age": 30, "sex": Sex.MALE}),
]


@pytest.mark.parametrize(
    ("note", "codes", "withheld", "visit"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_case(note: str, codes: list[str], withheld: dict[str, str], visit: dict, code_chart):
    outcome = code_chart(note, **visit)
    assert sorted(draft.code.dotted for draft in outcome.drafts) == sorted(codes)
    assert {item.code: item.reason.value for item in outcome.withheld}.items() >= withheld.items()


NEWBORN = {"age": 0, "setting": Setting.INPATIENT}


@pytest.mark.parametrize(
    ("note", "codes", "visit"),
    [
        ("Term boy, Apgars 8 and 9. A: {caput|P12.81}.", ["Z38.00", "P12.81"], NEWBORN),
        ("Born by repeat cesarean. A: {caput|P12.81}.", ["Z38.01", "P12.81"], NEWBORN),
        ("Twin A, born by cesarean. A: {caput|P12.81}.", ["Z38.31", "P12.81"], NEWBORN),
        ("Readmitted. Born at 38 weeks. A: {jaundice|P59.9}.", ["P59.9"], NEWBORN),
        ("Born by cesarean. A: {jaundice|P59.9}.", ["P59.9"], {"age": 0}),
        ("Apgars of her son 8 and 9. A: {cough|R05.9}.", ["R05.9"], {"age": 30, "setting": Setting.INPATIENT}),
    ],
)
def test_the_record_of_a_newborn(note: str, codes: list[str], visit: dict, code_chart):
    assert sorted(draft.code.dotted for draft in code_chart(note, **visit).drafts) == sorted(codes)
