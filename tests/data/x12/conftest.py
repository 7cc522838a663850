"""Invented claims, files and senders to read and write. Functions come as fixtures: tests are no package."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from data.claims import Claim
from data.x12.filing import Address, Filing, Party
from data.x12.reader import Item, X12Reader
from data.x12.writer import Sender, write_claims

_PLACE = Address("1 EXAMPLE STREET", "SPRINGFIELD", "IL", "627010000")
_HEADER = "ISA*00*          *00*          *ZZ*PLAN           *ZZ*CLINIC         *260401*1200*^*00501*000000001*0*P*:"


def _make_filing(claim: Claim) -> Filing:
    """Whose day of birth gives the patient's age on the day of the first line."""
    first = (claim.lines or claim.revenue_lines)[0].service_date
    born_on = date(first.year - (claim.patient.age_years or 0), 1, 1)
    return Filing(
        billing=Party("INVENTED CLINIC", tax_id="123456789", address=_PLACE),
        subscriber=Party("EXAMPLE", "ADA", True, claim.patient.patient_id, "", _PLACE, born_on),
        payer_name="MANAGED MEDICAID PLAN" if claim.payer.kind == "managed_medicaid" else "INVENTED PLAN",
        rendering=Party("SMITH", "ANNA", True),
    )


def _read(text: str | bytes, chunk_bytes: int = 1 << 18) -> list[Item]:
    data = text.encode() if isinstance(text, str) else text
    return list(X12Reader(BytesIO(data), chunk_bytes).read())


def _wrap(kind: str, code: str, version: str, body: Sequence[str]) -> str:
    segments = [f"ST*{kind}*0001*{version}", *body]
    trailer = [f"SE*{len(segments) + 1}*0001", "GE*1*1", "IEA*1*000000001"]
    return "~\n".join([_HEADER, f"GS*{code}*PLAN*CLINIC*20260401*1200*1*X*{version}", *segments, *trailer]) + "~\n"


@pytest.fixture(scope="session")
def sender() -> Sender:
    at = datetime(2026, 3, 20, tzinfo=UTC)
    return Sender("CLINIC", "INVENTED CLINIC", "ADA", "5555550100", "PLAN", "INVENTED PLAN", at)


@pytest.fixture(scope="session")
def make_filing() -> Callable[[Claim], Filing]:
    return _make_filing


@pytest.fixture(scope="session")
def read() -> Callable[..., list[Item]]:
    return _read


@pytest.fixture(scope="session")
def write(sender: Sender) -> Callable[..., str]:
    """Complete claims with their filings, as the text of one file."""
    return lambda *claims, delimiters=None: "".join(
        write_claims([(claim, _make_filing(claim)) for claim in claims], sender, delimiters)
    )


@pytest.fixture(scope="session")
def wrap() -> Callable[..., str]:
    """One transaction in its envelopes."""
    return _wrap


@pytest.fixture(scope="session")
def remit() -> Callable[[Sequence[str]], list[Item]]:
    """Reads an 835 with the given segments in it."""
    head = ["BPR*I*100*C*CHK************20260402", "TRN*1*CHECK1*1999999999", "DTM*405*20260401"]
    parties = ["N1*PR*INVENTED PLAN*XV*P1", "N1*PE*INVENTED CLINIC*XX*1234567893", "LX*1"]
    return lambda segments: _read(_wrap("835", "HP", "005010X221A1", [*head, *parties, *segments]))


@pytest.fixture(scope="session")
def professional() -> Claim:
    return Claim.model_validate(
        {
            "claim_id": "c1",
            "payer": {"payer_id": "P1", "kind": "commercial"},
            "billing_npi": "1234567893",
            "rendering_npi": "1245319599",
            "rendering_taxonomy": "207Q00000X",
            "patient": {"patient_id": "M1", "age_years": 57, "sex": "female"},
            "diagnoses": ["E11.22", "N18.32"],
            "prior_authorization": "AUTH1",
            "prepared_on": "2026-03-20",
            "lines": [
                {
                    "line_number": 1,
                    "procedure": {"system": "cpt", "code": "99214"},
                    "modifiers": ["25"],
                    "diagnosis_pointers": [1, 2],
                    "charge_cents": 18550,
                    "service_date": "2026-03-14",
                    "place_of_service": "11",
                },
                {
                    "line_number": 2,
                    "procedure": {"system": "hcpcs", "code": "J1885"},
                    "diagnosis_pointers": [1],
                    "units": 2,
                    "charge_cents": 1200,
                    "service_date": "2026-03-14",
                    "service_end_date": "2026-03-15",
                    "place_of_service": "12",
                    "control_number": "LINE-B",
                },
            ],
        }
    )
