"""What comes back before any payer decides."""

from collections.abc import Callable
from datetime import date

from data.x12.acknowledgements import Acknowledgement, ClaimStatus
from data.x12.problems import SegmentProblem
from data.x12.reader import Item

Read = Callable[..., list[Item]]
Wrap = Callable[..., str]


def test_a_999_says_whether_a_group_was_taken_in(read: Read, wrap: Wrap) -> None:
    body = ["AK1*HC*17*005010X222A1", "AK2*837*0001", "IK3*CLM*14**8", "IK4*2*782*1", "IK5*R", "AK9*R*1*1*0"]
    assert read(wrap("999", "FA", "005010X231A1", body)) == [
        Acknowledgement(kind="999", control_number="17", is_accepted=False, code="R", errors=("CLM 14",))
    ]
    assert read(wrap("999", "FA", "005010X231A1", ["AK1*HC*17", "AK9*A*1*1*1"])) == [
        Acknowledgement(kind="999", control_number="17", is_accepted=True, code="A")
    ]


def test_a_ta1_says_whether_an_interchange_was_taken_in(read: Read, wrap: Wrap) -> None:
    text = wrap("999", "FA", "005010X231A1", ["AK1*HC*17", "AK9*A*1*1*1"])
    text = text.replace("GS*FA", "TA1*000000009*260320*1200*R*006~\nGS*FA")
    assert Acknowledgement(kind="TA1", control_number="000000009", is_accepted=False, code="006") in read(text)


def test_a_277ca_tells_rejected_claims_from_accepted_ones(read: Read, wrap: Wrap) -> None:
    body = ["BHT*0085*08*1*20260401*1200*TH", "HL*1**20*1", "TRN*1*BATCH", "STC*A1:19:PR*20260401*WQ*300"]
    for claim_id, status in (("c1", "A7:562:85"), ("c2", "A2:20:PR")):
        body += ["HL*2*1*PT", "NM1*QC*1*EXAMPLE*ADA", f"TRN*2*{claim_id}", f"STC*{status}*20260401*U*100", "REF*1K*PCN"]
    items = read(wrap("277", "HN", "005010X214", body))
    said = {"payer_control_number": "PCN", "reported_on": date(2026, 4, 1)}
    assert items == [
        ClaimStatus(claim_id="c1", is_rejected=True, category="A7", status="562", **said),
        ClaimStatus(claim_id="c2", is_rejected=False, category="A2", status="20", **said),
    ]


def test_other_transactions_are_named_as_not_read(read: Read, wrap: Wrap) -> None:
    (problem,) = read(wrap("270", "HS", "005010X279A1", ["BHT*0022*13*1*20260401*1200", "HL*1**20*1"]))
    assert isinstance(problem, SegmentProblem)
    assert (problem.kind, problem.lost, problem.segment_id) == ("unsupported", "transaction", "ST")
