"""Facts of a pregnancy, a delivery, a child's maturity: each rule by cases in which it acts and near misses."""

import pytest

from data.notes import Profile, Setting, Sex

MOTHER = {"age": 30}
STAY = {"age": 30, "profile": Profile.INPATIENT, "setting": Setting.INPATIENT}
CHILD = {"age": 0, "setting": Setting.INPATIENT, "sex": Sex.MALE}
INFANT = {"age": 0, "sex": Sex.MALE}

# (case, marked note, codes in order, visit)
CASES = [
    # supervision (I.C.15.b)
    ("low risk", "A/P: 11w2d, low risk primigravida.", ["Z34.01", "Z3A.11"], MOTHER),
    (
        "low risk and a complication",
        "A/P: 11w2d, low risk primigravida. {Hyperemesis|O21.0}.",
        ["O21.0", "Z3A.11"],
        MOTHER,
    ),
    ("Rh", "A/P: 28w3d. {AMA|O09.523}. Rh negative, RhoGAM given.", ["O09.523", "O26.893", "Z3A.28"], MOTHER),
    ("Rh positive", "A/P: 28w3d. {AMA|O09.523}. Rh positive.", ["O09.523", "Z3A.28"], MOTHER),
    (
        "the pregnancy before",
        "A/P: 28w3d. Prior preeclampsia. {AMA|O09.523}.",
        ["O09.293", "O09.523", "Z3A.28"],
        MOTHER,
    ),
    ("nothing before", "A/P: 28w3d. No prior preeclampsia. {AMA|O09.523}.", ["O09.523", "Z3A.28"], MOTHER),
    ("no word of a pregnancy", "A/P: {cholestasis|O26.643}, {PBC|K74.3}.", ["K74.3", "O26.643"], MOTHER),
    ("pregnancy does not apply", "Pregnancy n/a. A/P: {fibroids|O34.10}, {zoster|B02.9}.", ["B02.9", "O34.10"], MOTHER),
    ("a word of a pregnancy", "OB visit. A/P: {cholestasis|O26.643}.", ["O26.643"], MOTHER),
    ("not pregnant", "A/P: h/o preeclampsia. {hypertension|I10}.", ["I10"], MOTHER),
    ("weeks in words", "A/P: six weeks by dates. {hyperemesis|O21.0}.", ["O21.0", "Z3A.01"], MOTHER),
    ("weeks of something else", "A/P: six weeks of pain. {hyperemesis|O21.0}.", ["O21.0"], MOTHER),
    ("a positive test", "Urine hCG positive.\nA/P: {hepatitis C|B18.2}.", ["O98.419", "B18.2"], MOTHER),
    ("a negative test", "Urine hCG negative.\nA/P: {hepatitis C|B18.2}.", ["B18.2"], MOTHER),
    ("diet", "HPI: 28w3d. A/P: {Gestational diabetes|O24.419}, start with diet.", ["O24.410", "Z3A.28"], MOTHER),
    ("insulin", "HPI: 28w3d. A/P: {GDM|O24.419}, started NPH insulin.", ["O24.414", "Z3A.28"], MOTHER),
    # childbirth (I.C.15.a.3)
    (
        "of the delivery",
        "Delivered a live girl at 37w4d. Diagnoses: {severe preeclampsia|O14.13}. {GBS|O99.820}.",
        ["O14.14", "O99.824", "Z37.0", "Z3A.37"],
        STAY,
    ),
    ("before the delivery", "HPI: 37w4d. A/P: {severe preeclampsia|O14.13}.", ["O14.13", "Z3A.37"], MOTHER),
    # maturity (I.C.16.d)
    (
        "weeks and weight",
        "Born at 36 weeks 2 days, birth weight 2410 g. A/P: {late preterm|P07.30}.",
        ["P07.39", "P07.18"],
        INFANT,
    ),
    ("a former preterm", "HPI: ex 31wk, BW 1490. A/P: {preterm|P07.30}.", ["P07.34", "P07.15"], INFANT),
    ("born, with its weight", "Born here 29w3d, 1190 g. A/P: {preterm|P07.30}.", ["P07.32", "P07.14"], INFANT),
    ("born, in brackets", "PMA 33w5d (born 29w6d). A/P: {preterm|P07.30}.", ["P07.32"], INFANT),
    ("a present age", "HPI: now 36 weeks corrected age. A/P: {preterm|P07.30}.", ["P07.30"], INFANT),
    ("a child born at term", "Born at 36 weeks. A/P: {GERD|K21.9}.", ["K21.9"], INFANT),
]


@pytest.mark.parametrize(("note", "codes", "visit"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_case(note: str, codes: list[str], visit: dict, code_chart):
    outcome = code_chart(note, **visit)
    assert [draft.code.dotted for draft in outcome.drafts] == codes
