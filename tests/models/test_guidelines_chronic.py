"""Dementia, substances, diabetes, strokes, treated values: each rule by cases in which it acts and near misses."""

import pytest

from data.notes import Profile, Setting

INPATIENT = {"profile": Profile.INPATIENT, "setting": Setting.INPATIENT}

# (case, marked note, codes in order, visit)
CASES = [
    # dementia (I.C.5.d)
    (
        "a disease and its dementia",
        "A/P: {Alzheimer's disease|G30.9}, moderate, with agitation.",
        ["G30.9", "F02.B11"],
        {},
    ),
    ("severity unknown", "A/P: {Alzheimer's disease|G30.9}.", ["G30.9", "F02.80"], {}),
    ("severity in brackets", "A/P: background {Alzheimer's|G30.9} (mild).", ["G30.9", "F02.A0"], {}),
    (
        "both kinds",
        "A/P: {Alzheimer's|G30.9} plus vascular, severe, with delusions.",
        ["G30.9", "F02.C2", "F01.C2"],
        {},
    ),
    ("kind before", "A/P: severe {vascular dementia|F01.50}.", ["F01.C0"], {}),
    ("nothing disturbs", "A/P: {vascular dementia|F01.50}, moderate, no agitation.", ["F01.B0"], {}),
    ("severity of something else", "A/P: {vascular dementia|F01.50}. Severe knee arthritis.", ["F01.50"], {}),
    ("severity of what comes beside", "A/P: {dementia|F03.90} and severe back pain.", ["F03.90"], {}),
    ("no dementia", "A/P: {mild cognitive impairment|G31.84}, mild.", ["G31.84"], {}),
    # substances (I.C.5.b)
    ("moderate is dependence", "A/P: {Alcohol use disorder|F10.10}, moderate.", ["F10.20"], {}),
    ("mild is abuse", "A/P: mild {alcohol use disorder|F10.20}.", ["F10.10"], {}),
    ("remission", "A/P: {Opioid use disorder|F11.20}, severe, in sustained remission.", ["F11.21"], {}),
    ("days are no remission", "A/P: {AUD|F10.21}, severe, 18 d abstinent.", ["F10.20"], {}),
    ("years may be", "A/P: {AUD|F10.21}, severe, 3 years sober.", ["F10.21"], {}),
    ("not in remission", "A/P: {Opioid use disorder|F11.20}, severe, not in remission.", ["F11.20"], {}),
    (
        "each its own",
        "A/P: {Opioid use disorder|F11.20}, severe, in remission; {cannabis use disorder|F12.20}, mild.",
        ["F11.21", "F12.10"],
        {},
    ),
    ("withdrawal", "A/P: {Opioid use disorder|F11.20}, severe, in withdrawal.", ["F11.23"], {}),
    ("no withdrawal", "A/P: {Opioid use disorder|F11.20}, severe, no withdrawal.", ["F11.20"], {}),
    (
        "withdrawal without delirium",
        "A/P: severe {alcohol dependence|F10.231} with withdrawal, no delirium.",
        ["F10.230"],
        {},
    ),
    ("an induced disorder stays", "A/P: {alcohol-induced mood disorder|F10.24}, mild.", ["F10.24"], {}),
    # diabetes (I.C.4.a)
    ("type 1 said once", "PMH: Type 1 DM.\nA/P: {diabetic neuropathy|E11.42}.", ["E10.42"], {}),
    ("both types said", "Mother: type 1. HPI: type 2 diabetes, not type 1.\nA/P: {neuropathy|E11.42}.", ["E11.42"], {}),
    ("ulcer of the foot", "A/P: {T2DM|E11.9}. Left {heel ulcer|L97.429}.", ["E11.621", "L97.429"], {}),
    ("ulcer of the leg", "A/P: {T2DM|E11.9}. Left {calf ulcer|L97.229}.", ["E11.622", "L97.229"], {}),
    ("in a coma", "A/P: {DKA|E11.10} with coma.", ["E11.11"], {}),
    ("in no coma", "A/P: {DKA|E11.10} without coma.", ["E11.10"], {}),
    ("a coma of low sugar", "A/P: {T1DM|E10.649}, hypoglycemic coma.", ["E10.641"], {}),
    ("a coma of high sugar", "A/P: {HHS|E11.00}, in a hyperosmolar coma.", ["E11.01"], {}),
    ("no type said", "A/P: {diabetic neuropathy|E11.42}.", ["E11.42"], {}),
    (
        "each eye",
        "A/P: {Moderate NPDR right eye with macular edema, left eye mild|E11.3393}.",
        ["E11.3311", "E11.3292"],
        {},
    ),
    ("both eyes alike", "A/P: {Severe NPDR|E11.3499} both eyes, no macular edema.", ["E11.3493"], {}),
    ("no eye said", "A/P: {Moderate NPDR|E11.3399}.", ["E11.3399"], {}),
    # sequelae of a stroke (I.C.9.d, I.C.6.a)
    (
        "deficits in one sentence",
        "A/P: {Sequelae of left MCA infarct|I69.30}: aphasia, right hemiparesis.",
        ["I69.320", "I69.351"],
        {},
    ),
    (
        "side of the paralysis, not of the stroke",
        "A/P: Left {stroke with right hemiparesis|I69.354}.",
        ["I69.351"],
        {},
    ),
    ("left side of a right-handed", "A/P: old stroke, {left hemiparesis|I69.359}.", ["I69.354"], {}),
    ("left-handed", "Left-handed.\nA/P: old stroke, {left hemiparesis|I69.359}.", ["I69.352"], {}),
    (
        "an old stroke and no deficit",
        "PMH: {stroke|Z86.73} 2019.\nA/P: {aphasia|R47.01} in migraine.",
        ["R47.01", "Z86.73"],
        {},
    ),
    ("a new stroke", "Diagnoses: {stroke|I63.9} with {aphasia|R47.01}.", ["I63.9", "R47.01"], INPATIENT),
    # the stroke scale (I.C.18.i)
    ("a score", "Diagnoses: {stroke|I63.9}, NIHSS 14 on arrival.", ["I63.9", "R29.714"], INPATIENT),
    (
        "the first of two",
        "Course: NIH stroke scale was 4. NIHSS 1 at discharge. Diagnoses: {stroke|I63.9}.",
        ["I63.9", "R29.704"],
        INPATIENT,
    ),
    ("a score and no stroke", "A/P: left {carotid stenosis|I65.22}. NIHSS 0.", ["I65.22"], INPATIENT),
    ("no score of the scale", "Diagnoses: {stroke|I63.9}, NIHSS of 77.", ["I63.9"], INPATIENT),
    # treated values (III.B)
    ("low and replaced", "A/P: Potassium fell to 2.9 and was replaced.", ["E87.6"], INPATIENT),
    ("in words", "Course: potassium two point eight on day one, repleted IV.", ["E87.6"], INPATIENT),
    ("an order", "A/P:\n- K 3.3 replete", ["E87.6"], INPATIENT),
    ("high and bound", "A/P: K 5.7 today - patiromer.", ["E87.5"], {}),
    ("low sodium restricted", "A/P: Na 124, fluid restrict.", ["E87.1"], INPATIENT),
    ("only a value", "Labs: K 2.9, Na 128.\nA/P: {GERD|K21.9}.", ["K21.9"], {}),
    ("normal and supplied", "A/P: {GERD|K21.9}. K 4.1, continue KCl.", ["K21.9"], {}),
    ("no treatment", "A/P: {GERD|K21.9}. K 3.3, no supplement for now.", ["K21.9"], {}),
    # stated details and what gives way
    ("a stage in a word", "A/P: {CKD|N18.9} stage four.", ["N18.4"], {}),
    ("no exacerbation", "A/P: {COPD, stable, no flare|J44.1}.", ["J44.9"], {}),
    ("an exacerbation", "A/P: {COPD|J44.1} flare.", ["J44.1"], {}),
    ("drug resistant", "A/P: {focal epilepsy with impaired awareness|G40.209}, drug resistant.", ["G40.219"], {}),
    ("not intractable", "A/P: {focal impaired awareness epilepsy|G40.209}, not intractable.", ["G40.209"], {}),
    ("factor and joints", "A/P: {Seropositive RA|M06.9}, multiple joints.", ["M05.79"], {}),
    ("no factor said", "A/P: {RA|M06.9}, multiple joints.", ["M06.9"], {}),
    ("a cause in the diet", "A/P: {Iron deficiency anemia|D50.9} from poor intake.", ["D50.8"], {}),
    ("a cause in bleeding", "A/P: {IDA|D50.9} due to heavy menses.", ["D50.0"], {}),
    ("no cause", "A/P: {Iron deficiency anemia|D50.9}. Poor sleep.", ["D50.9"], {}),
    ("class beside morbid", "A/P: {morbid obesity|E66.01}, {class 3|E66.813}.", ["E66.813"], {}),
    (
        "hypertensive heart and kidney",
        "A/P: {heart and kidney disease|I13.0}, {HTN CKD|I12.9}, {CKD 4|N18.4}, {CHF|I50.9}.",
        ["I13.0", "N18.4", "I50.9"],
        {},
    ),
]


@pytest.mark.parametrize(("note", "codes", "visit"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_case(note: str, codes: list[str], visit: dict, code_chart):
    outcome = code_chart(note, **visit)
    assert [draft.code.dotted for draft in outcome.drafts] == codes
