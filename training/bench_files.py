"""Invented claims, and X12 files of them and of their answers, to measure by."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from data.claims import Claim
from data.remittances import Remittance
from data.synthetic.claim_world import build_world
from data.x12.filing import Address, Filing, Party
from data.x12.values import from_cents
from data.x12.writer import Sender, write_claims

_SEED, _CLAIMS = 5, 2000
_PLACE = Address("1 EXAMPLE STREET", "SPRINGFIELD", "IL", "627010000")
_SENDER = Sender(
    "CLINIC", "INVENTED CLINIC", "ADA", "5555550100", "PLAN", "INVENTED PLAN", datetime(2026, 6, 1, tzinfo=UTC)
)
_ISA = "ISA*00*          *00*          *ZZ*PLAN           *ZZ*CLINIC         *260601*1200*^*00501*000000001*0*P*:"


def billed_claims(count: int) -> list[Claim]:
    """The latest claims of a synthetic world: they fall into the embedded code set's year."""
    return [one.claim for one in build_world(_SEED, 3 * count).claims[-count:]]


def claim_file() -> bytes:
    """One 837P interchange of two thousand claims."""
    claims = [one.claim for one in build_world(_SEED, _CLAIMS).claims]
    pairs = ((claim, _file(claim)) for claim in claims)
    return "".join(write_claims(pairs, _SENDER, must_be_complete=False)).encode()


def answer_file() -> bytes:
    """One 835 interchange: the first answers to the same claims."""
    world = build_world(_SEED, _CLAIMS)
    answers = [(one.claim, one.remittances[0]) for one in world.claims if one.remittances]
    body = [segment for claim, answer in answers for segment in _answer(claim, answer)]
    paid = sum(line.paid_cents for _, answer in answers for line in answer.lines)
    return ("~\n".join([*_open(paid), *body, *_close(len(body))]) + "~\n").encode()


def _file(claim: Claim) -> Filing:
    return Filing(
        billing=Party("INVENTED CLINIC", tax_id="123456789", address=_PLACE),
        subscriber=Party("EXAMPLE", "ADA", True, claim.patient.patient_id, "", _PLACE, date(1980, 1, 1)),
        payer_name="INVENTED PLAN",
        rendering=Party("SMITH", "ANNA", True),
    )


def _open(paid_cents: int) -> Sequence[str]:
    return (
        _ISA,
        "GS*HP*PLAN*CLINIC*20260601*1200*1*X*005010X221A1",
        "ST*835*0001",
        f"BPR*I*{from_cents(paid_cents)}*C*CHK************20260601",
        "TRN*1*CHECK1*1999999999",
        "DTM*405*20260601",
        "N1*PR*INVENTED PLAN*XV*P1",
        "N1*PE*INVENTED CLINIC*XX*1234567893",
        "LX*1",
    )


def _close(segments: int) -> Sequence[str]:
    """The trailer counts ST, the six segments after it, the body and itself."""
    return (f"SE*{segments + 8}*0001", "GE*1*1", "IEA*1*000000001")


def _answer(claim: Claim, answer: Remittance) -> Iterator[str]:
    paid = from_cents(sum(line.paid_cents for line in answer.lines))
    yield f"CLP*{claim.claim_id}*1*{from_cents(claim.charge_cents)}*{paid}**12*{claim.claim_id}P*11*1"
    yield f"NM1*QC*1*EXAMPLE*ADA****MI*{claim.patient.patient_id}"
    for line, answered in zip(claim.lines, answer.lines, strict=True):
        codes = ":".join(["HC", line.procedure.code.compact, *line.modifiers])
        yield f"SVC*{codes}*{from_cents(line.charge_cents)}*{from_cents(answered.paid_cents)}**{line.units}"
        yield f"DTM*472*{line.service_date:%Y%m%d}"
        for one in answered.adjustments:
            yield f"CAS*{one.group.value}*{one.carc}*{from_cents(one.amount_cents)}"
        yield f"REF*6R*{line.line_number}"
