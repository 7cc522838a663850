"""Growths by what pathology says and where they lie, cancers that are gone, fractures not displaced, aftercare."""

import pytest

from data.notes import Profile, Setting
from models.coding.guidelines import GuidelineOutcome

INPATIENT = {"profile": Profile.INPATIENT, "setting": Setting.INPATIENT}

# (case, marked note, codes in order, visit)
CASES = [
    # behavior and site
    (
        "pathology settles behavior, its wall the site",
        "Findings: papillary {tumor|D49.4}, posterior wall.\nPath: urothelial carcinoma.",
        ["C67.4"],
        {},
    ),
    ("no pathology", "Findings: papillary {bladder tumor|D49.4}, posterior wall.", ["D49.4"], {}),
    ("denied pathology", "Findings: {bladder tumor|D49.4}. Path: no urothelial carcinoma.", ["D49.4"], {}),
    ("two walls", "A: {bladder cancer|C67.9}, dome and posterior wall.", ["C67.9"], {}),
    ("above the trigone", "A: {bladder cancer|C67.9}, above the trigone.", ["C67.9"], {}),
    ("part of the larynx", "A: supraglottic {larynx cancer|C32.9}.", ["C32.1"], {}),
    ("larynx alone", "A: {larynx cancer|C32.9}.", ["C32.9"], {}),
    ("level of a node", "A: {nodal metastasis|C77.9}, right level II node.", ["C77.0"], {}),
    ("node of no site", "A: {nodal metastasis|C77.9}.", ["C77.9"], {}),
    # a cancer that is gone
    (
        "followed",
        "He is seen for surveillance. {Colon cancer|C18.9} resected in 2022, no evidence of disease.",
        ["Z08", "Z85.038"],
        {},
    ),
    ("gone, not followed", "A: knee pain. {Colon cancer|C18.9} resected in 2022.", ["Z85.038"], {}),
    ("history that is followed", "Surveillance. History of {melanoma|C43.9}, no recurrence.", ["Z08", "Z85.820"], {}),
    ("another visit", "Follow-up of gout. History of {melanoma|C43.9}, no recurrence.", ["Z85.820"], {}),
    ("active surveillance", "{Prostate cancer|C61} on active surveillance, no sign of recurrence.", ["C61"], {}),
    ("resected this year", "Surveillance. {Colon cancer|C18.9} resected in 2026.", ["C18.9"], {}),
    ("still treated", "Follow-up. {Breast cancer|C50.911}, right, NED, on tamoxifen.", ["C50.911", "Z79.810"], {}),
    ("treatment denied", "A: {colon cancer|C18.9}, NED, no adjuvant therapy.", ["Z85.038"], {}),
    ("spread", "A: {colon cancer|C18.9} resected 2022. {liver mets|C78.7}.", ["C18.9", "C78.7"], {}),
    ("nothing says that it is gone", "A: {colon cancer|C18.9}, surgery next week.", ["C18.9"], {}),
    ("in the stay", "Discharge diagnosis: {colon cancer|C18.9}, NED, follow-up.", ["Z85.038"], INPATIENT),
    # fractures
    ("nondisplaced", "XR R foot: no displacement.\nA: right {Jones fracture|S92.351A}.", ["S92.354A"], {}),
    ("not said", "A: right {Jones fracture|S92.351A}.", ["S92.351A"], {}),
    (
        "one displaced, one not",
        "A: right {Jones fracture|S92.351A}, displaced. Toe fracture nondisplaced.",
        ["S92.351A"],
        {},
    ),
    ("both bones are no side", "A: R {both bone forearm fx|S52.90XA}.", ["S52.91XA"], {}),
    ("both knees are sides", "A: both knees, {pain|M25.569}.", ["M25.561", "M25.562"], {}),
    ("side of a part in capitals", "MRI LEFT KNEE\nA: {ACL tear|S83.519A}.", ["S83.512A"], {}),
    # aftercare
    (
        "expanders",
        "Operation: Exchange of bilateral tissue expanders for permanent silicone implants.",
        ["Z42.1"],
        {},
    ),
    ("expanders placed", "Operation: placement of tissue expanders.", [], {}),
    ("flap", "Operation: Division and inset of forehead flap.", ["Z42.8"], {}),
    ("flap raised", "Operation: forehead flap.", [], {}),
    ("after a new hip", "Reason for visit: two weeks after right total hip replacement", ["Z47.1"], {}),
    ("before a new hip", "Reason for visit: right total hip replacement in two weeks", [], {}),
    ("sutures out", "CC: suture removal", ["Z48.02"], {}),
    ("sutures out later", "Suture removal 14 d.", [], {}),
]


@pytest.mark.parametrize(("case", "note", "codes", "visit"), CASES, ids=[case for case, *_ in CASES])
def test_rule(code_chart, case: str, note: str, codes: list[str], visit: dict[str, object]) -> None:
    outcome: GuidelineOutcome = code_chart(note, **visit)
    assert [draft.code.dotted for draft in outcome.drafts] == codes
