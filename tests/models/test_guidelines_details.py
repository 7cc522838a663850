"""Which code a finding gets: integral symptoms, specificity, "with", weight, injuries and sides (I.B, I.C.19)."""

import pytest

from data.notes import Profile, Setting, Sex

INPATIENT = {"profile": Profile.INPATIENT, "setting": Setting.INPATIENT}

# (case, marked note, codes in order, withheld, visit)
CASES = [
    # symptoms of a disease
    (
        "integral",
        "A/P: {pneumonia|J18.9} with {cough|R05.9} and {fever|R50.9}.",
        ["J18.9"],
        {"R05.9": "integral_symptom", "R50.9": "integral_symptom"},
        {},
    ),
    ("not integral", "A/P: {pneumonia|J18.9}. {Knee pain|M25.569}.", ["J18.9", "M25.569"], {}, {}),
    (
        "integral to what is only probable",
        "A/P: {cough|R05.9}, likely {pneumonia|J18.9}.",
        ["R05.9"],
        {"J18.9": "uncertain"},
        {},
    ),
    ("integral to what is not believed", "A/P: {cough|R05.9}. {Pneumonia|J18.9=0.1}.", ["R05.9", "J18.9"], {}, {}),
    ("ideation is no part of depression", "A/P: {MDD|F33.2}, {SI|R45.851}.", ["F33.2", "R45.851"], {}, {}),
    ("vomiting in ketoacidosis", "A/P: {DKA|E10.10}, {vomiting|R11.10}.", ["E10.10"], {}, {}),
    ("dysuria in a UTI", "A/P: {UTI|N39.0}, {dysuria|R30.0}.", ["N39.0"], {"R30.0": "integral_symptom"}, {}),
    (
        "chest pain in an infarct",
        "A/P: {NSTEMI|I21.4}. {chest pain|R07.9}.",
        ["I21.4"],
        {"R07.9": "integral_symptom"},
        {},
    ),
    ("hypoxemia beside pneumonia", "A/P: {pneumonia|J18.9}, {hypoxemia|R09.02}.", ["J18.9", "R09.02"], {}, {}),
    ("hypoxemia of failing lungs", "A/P: {respiratory failure|J96.01}, {hypoxemia|R09.02}.", ["J96.01"], {}, {}),
    ("hematuria beside a cyst", "A/P: {renal cyst|N28.1}. {Hematuria|R31.9}.", ["N28.1", "R31.9"], {}, {}),
    ("melena of an ulcer", "A/P: {bleeding ulcer|K26.6}, {melena|K92.1}.", ["K26.6"], {}, {}),
    ("melena beside an ulcer", "A/P: {ulcer|K26.7}, {melena|K92.1}.", ["K26.7", "K92.1"], {}, {}),
    # sepsis
    (
        "severe sepsis takes the infection and its severity",
        "A/P: Severe sepsis, urinary source. {Pyelonephritis|N10}.",
        ["A41.9", "N10", "R65.20"],
        {},
        INPATIENT,
    ),
    (
        "septic shock is severe once",
        "A/P: {E. coli sepsis|A41.51=0.4} with septic shock. {Severe sepsis|R65.20}.",
        ["A41.51", "R65.21"],
        {"R65.20": "superseded"},
        INPATIENT,
    ),
    ("sepsis alone is not severe", "A/P: {Sepsis|A41.9} from {UTI|N39.0}.", ["A41.9", "N39.0"], {}, INPATIENT),
    ("shock that is denied", "A/P: {Sepsis|A41.9}. No septic shock.", ["A41.9"], {}, INPATIENT),
    ("shock of another time", "A/P: Had septic shock last year. {HTN|I10}.", ["I10"], {}, {}),
    (
        "sepsis after a procedure has codes of its own",
        "A/P: {Postprocedural sepsis|T81.44XA} with septic shock.",
        ["T81.44XA"],
        {},
        INPATIENT,
    ),
    # osteoporotic fractures
    (
        "an osteoporotic fracture is no injury",
        "A/P: Right hip {fracture|S72.141A}, osteoporotic, nailed. {Osteoporosis|M81.0}.",
        ["M80.051A"],
        {"M81.0": "superseded"},
        {},
    ),
    (
        "osteoporosis with a fracture",
        "A/P: Age-related {osteoporosis|M81.0} with fracture of the left femoral neck.",
        ["M80.052A"],
        {},
        {},
    ),
    (
        "the disease gives way to its fracture",
        "A/P: {Osteoporosis|M81.0=0.9} with {fracture of the left hip|M80.052A=0.5}.",
        ["M80.052A"],
        {"M81.0": "superseded"},
        {},
    ),
    ("a fragility fracture of the spine", "A/P: T8 {fracture|S22.060A}, fragility fracture.", ["M80.08XA"], {}, {}),
    (
        "a fracture beside osteoporosis",
        "A/P: Right hip {fracture|S72.141A}. {Osteoporosis|M81.0}.",
        ["S72.141A", "M81.0"],
        {},
        {},
    ),
    ("the risk of a fracture", "A/P: {Osteoporosis|M81.0}, high fragility fracture risk.", ["M81.0"], {}, {}),
    (
        "a fragility fracture of long ago",
        "A/P: {Osteoporosis|M81.0}, history of fragility fracture of the wrist.",
        ["M81.0"],
        {},
        {},
    ),
    # specificity
    ("less specific", "A/P: {anxiety|F41.9}. {panic disorder|F41.0}.", ["F41.0"], {"F41.9": "superseded"}, {}),
    ("uncomplicated beside with withdrawal", "A/P: {AUD|F10.20}, {withdrawal|F10.230}.", ["F10.230"], {}, {}),
    ("obesity and its breathing", "A/P: {obesity|E66.813}, {OHS|E66.2}.", ["E66.2"], {"E66.813": "superseded"}, {}),
    ("site of an infection", "A/P: {UTI|N39.0}, {cystitis|N30.00}.", ["N30.00"], {"N39.0": "superseded"}, {}),
    ("essential beside combined", "A/P: {htn|I10}, {CKD|I12.9}.", ["I12.9"], {"I10": "superseded"}, {}),
    ("sciatica of a disc", "A/P: {sciatica|M54.31}, right, {disc|M51.17}.", ["M51.17"], {"M54.31": "superseded"}, {}),
    ("sciatica alone", "A/P: right {sciatica|M54.31}.", ["M54.31"], {}, {}),
    ("stroke and its sequela", "A/P: {aphasia|I69.320} after {CVA|I63.9}.", ["I69.320"], {"I63.9": "superseded"}, {}),
    (
        "new stroke and an old one",
        "Discharge diagnoses: {CVA|I63.9}. {old aphasia|I69.320}.",
        ["I63.9", "I69.320"],
        {},
        INPATIENT,
    ),
    ("another disease", "A/P: {insomnia|G47.00}. {sleep apnea|G47.33}.", ["G47.00", "G47.33"], {}, {}),
    ("stated stage", "A/P: {CKD|N18.9} stage 3b.", ["N18.32"], {}, {}),
    ("no stage from a value", "A/P: {CKD|N18.9}, eGFR 38.", ["N18.9"], {}, {}),
    ("stated class", "A/P: {obesity|E66.9}, class 2.", ["E66.812"], {}, {}),
    ("no class from a value", "A/P: {obesity|E66.9}, weight up.", ["E66.9"], {}, {}),
    # "with"
    (
        "diabetes with CKD",
        "A/P: {type 2 diabetes|E11.9}. {CKD 3a|N18.31}.",
        ["E11.22", "N18.31"],
        {"E11.9": "superseded"},
        {},
    ),
    ("denied link", "A/P: {type 2 diabetes|E11.9}. {CKD 3a|N18.31} not due to diabetes.", ["E11.9", "N18.31"], {}, {}),
    (
        "diabetes with neuropathy",
        "A/P: {diabetes|E11.9}. {peripheral neuropathy|G62.9}.",
        ["E11.42"],
        {"E11.9": "superseded", "G62.9": "superseded"},
        {},
    ),
    ("neuropathy alone", "A/P: {peripheral neuropathy|G62.9}.", ["G62.9"], {}, {}),
    ("hypertension with heart failure", "A/P: {hypertension|I10}. {CHF|I50.9}.", ["I11.0", "I50.9"], {}, {}),
    ("hypertension with CKD", "A/P: {hypertension|I10}. {CKD 4|N18.4}.", ["I12.9", "N18.4"], {}, {}),
    ("hypertension with ESRD", "A/P: {hypertension|I10}. {ESRD|N18.6}.", ["I12.0", "N18.6"], {}, {}),
    (
        "hypertension with both",
        "A/P: {hypertension|I10}. {CHF|I50.9}. {CKD 4|N18.4}.",
        ["I13.0", "I50.9", "N18.4"],
        {},
        {},
    ),
    (
        "heart failure unrelated",
        "A/P: {hypertension|I10}. {CHF|I50.9}, not due to hypertension.",
        ["I10", "I50.9"],
        {},
        {},
    ),
    (
        "hypertensive heart disease and CKD",
        "A/P: {hypertensive heart disease|I11.9}. {CKD 4|N18.4}.",
        ["I13.10", "N18.4"],
        {},
        {},
    ),
    ("nothing to combine", "A/P: {hypertensive heart failure|I11.0}.", ["I11.0"], {}, {}),
    ("no complications", "A/P: {diabetes|E11.9}, no complications. {cataract|H26.9}.", ["E11.9", "H26.9"], {}, {}),
    # weight
    ("BMI", "Vitals: BMI 36.2\nA/P: {obesity|E66.9}.", ["E66.9", "Z68.36"], {}, {}),
    ("BMI without a diagnosis", "Vitals: {BMI 36.2|Z68.36}\nA/P: {GERD|K21.9}.", ["K21.9"], {"Z68.36": "excluded"}, {}),
    ("BMI of a child", "Vitals: BMI 26.2\nA/P: {obesity|E66.9}.", ["E66.9"], {}, {"age": 9}),
    # injuries
    ("first care", "A/P: {ankle sprain|S93.401D}, right, fell today.", ["S93.401A"], {}, {"setting": Setting.ED}),
    ("healing", "CC: cast check\nA/P: right {wrist fracture|S62.101A}.", ["S62.101D"], {}, {}),
    (
        "planned aftercare is not aftercare",
        "A/P: {ankle sprain|S93.401A}, right.\nPlan: follow up for recheck",
        ["S93.401A"],
        {},
        {},
    ),
    ("old injury by its year", "A: paraplegia, {GSW|S24.113A} 2011.", ["S24.113S"], {}, {}),
    ("injury of this year", "A: {GSW|S24.113A} 2026.", ["S24.113A"], {}, {}),
    ("facility", "A: {hip fracture|S72.001A}, right.", ["S72.001D"], {}, {"setting": Setting.NURSING_FACILITY}),
    ("fell", "A: {hip fracture|S72.001A} today, right.", ["S72.001A"], {}, {"setting": Setting.NURSING_FACILITY}),
    ("sequela", "A/P: sequela of right {wrist fracture|S62.101A}.", ["S62.101S"], {}, {}),
    ("nonunion", "CC: cast check\nA/P: right {wrist fracture|S62.101A}, nonunion.", ["S62.101K"], {}, {}),
    ("a later recheck", "A/P: {ankle sprain|S93.401A}, right.\nPT: recheck in 2 weeks", ["S93.401A"], {}, {}),
    ("on film", "A/P: {wrist fracture|S62.101A}, right, healing on film.", ["S62.101D"], {}, {}),
    ("on track", "A/P: {wrist sprain|S63.501A}, right, healing on track.", ["S63.501D"], {}, {}),
    (
        "weeks after a delivery",
        "8 weeks after delivery. A/P: {wrist sprain|S63.501A}, right.",
        ["S63.501A"],
        {},
        {},
    ),
    ("no such character", "A/P: {gout|M10.9}, recheck.", ["M10.9"], {}, {}),
    # sides
    ("side beside the words", "A/P: right {knee pain|M25.569}.", ["M25.561"], {}, {}),
    ("side in the sentence", "A/P: {knee pain|M25.569} for a week, on the left.", ["M25.562"], {}, {}),
    ("side elsewhere", "Exam: left knee swollen.\nA/P: {knee pain|M25.569}.", ["M25.562"], {}, {}),
    ("both in short", "A/P: bilat {cerumen impaction|H61.20}.", ["H61.23"], {}, {}),
    ("both shorter", "A/P: {cerumen impaction|H61.20} b/l.", ["H61.23"], {}, {}),
    ("both", "A/P: bilateral {knee pain|M25.569}.", ["M25.561", "M25.562"], {}, {}),
    ("wrong side", "A/P: left {knee pain|M25.561}.", ["M25.562"], {}, {}),
    ("no side", "A/P: {knee pain|M25.561}.", ["M25.569"], {}, {}),
    ("left is a verb", "A/P: {knee pain|M25.569}. He left the office.", ["M25.569"], {}, {}),
    ("no sides at all", "A/P: right-sided {headache|R51.9}.", ["R51.9"], {}, {}),
    ("side of an eye", "A/P: {conjunctivitis|H10.029} OU.", ["H10.023"], {}, {}),
    ("once daily is no side", "A/P: {knee pain|M25.569}. Ibuprofen OD.", ["M25.569"], {}, {}),
    ("each side", "A/P: {right otitis|H66.91}. {left otitis|H66.92}.", ["H66.93"], {}, {}),
    (
        "unlikely and first by convention",
        "HPI: due for an {exam|Z00.00=0.1}. A/P: {GERD|K21.9}.",
        ["K21.9", "Z00.00"],
        {},
        {},
    ),
    ("metastasis and primary", "A/P: {bone mets|C79.51}. {Lung cancer|C34.90}.", ["C34.90", "C79.51"], {}, {}),
    ("wall of an infarct", "A/P: Acute inferior {STEMI|I21.3}.", ["I21.19"], {}, {}),
    ("wall not stated", "A/P: {STEMI|I21.3}.", ["I21.3"], {}, {}),
    (
        "weight of a child",
        "BMI 21.6 (98th %). A/P: {obesity|E66.9}.",
        ["E66.9", "Z68.54"],
        {},
        {"age": 9},
    ),
    ("weight of a child by number", "BMI 21.6. A/P: {obesity|E66.9}.", ["E66.9"], {}, {"age": 9}),
    # two findings, one code
    ("COPD and its infection", "A/P: {COPD|J44.9}. {Pneumonia|J18.9}.", ["J44.0", "J18.9"], {}, {}),
    (
        "with a flare",
        "A/P: {COPD flare|J44.1}. {Pneumonia|J18.9}.",
        ["J44.1", "J44.0", "J18.9"],
        {},
        {},
    ),
    ("COPD and an upper infection", "A/P: {COPD|J44.9}. {URI|J06.9}.", ["J44.9", "J06.9"], {}, {}),
    # Excludes1 (I.A.12.a)
    (
        "acidosis of the kidney",
        "A/P: {DM2 with CKD|E11.22}, {CKD 4|N18.4}, {chronic metabolic acidosis|E87.22}.",
        ["E11.22", "N18.4", "E87.22"],
        {},
        {},
    ),
    ("acidosis of diabetes", "A/P: {DKA|E11.10}, {acidosis|E87.20}.", ["E11.10"], {"E87.20": "excluded"}, {}),
    (
        "two drugs",
        "A/P: {neutropenia|D70.1}, {chemo|T45.1X5A}. {Rash|L27.0}, {cefepime|T36.1X5A}.",
        ["D70.1", "L27.0", "T45.1X5A", "T36.1X5A"],
        {},
        {},
    ),
    (
        "acute and chronic",
        "A/P: {acute cholecystitis with stones|K80.00}. {Chronic cholecystitis with stones|K80.10}.",
        ["K80.12"],
        {},
        {},
    ),
    ("acute alone", "A/P: {acute cholecystitis with stones|K80.00}. {GERD|K21.9}.", ["K80.00", "K21.9"], {}, {}),
    ("a stone and its hydronephrosis", "A/P: {hydro|N13.30} from a {ureteral stone|N20.1}.", ["N13.2"], {}, {}),
    (
        "a prostate and its symptom",
        "A/P: {BPH|N40.0} with {nocturia|R35.1}.",
        ["N40.1", "R35.1"],
        {},
        {"sex": Sex.MALE},
    ),
]


@pytest.mark.parametrize(
    ("note", "codes", "withheld", "visit"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_case(note: str, codes: list[str], withheld: dict[str, str], visit: dict, code_chart):
    outcome = code_chart(note, **visit)
    assert [draft.code.dotted for draft in outcome.drafts] == codes
    assert {item.code: item.reason.value for item in outcome.withheld}.items() >= withheld.items()
