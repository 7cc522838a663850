"""The paper forms: which item says what, and who may print them."""

from typing import Any

import pytest

from api.workbench.form_views import FormView, build_form_view
from data.synthetic.demo_claims import draft_claim

LINES = [{"code": "99213", "modifiers": ["25"], "diagnosis_pointers": [1, 2]}, {"code": "J1885", "units": 2}]


def values(view: FormView) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in (*view.head, *view.foot):
        found.setdefault(item.number, []).append(item.value)
    return found


def test_a_professional_claim_fills_a_cms_1500() -> None:
    claim = draft_claim(
        "c1",
        lines=LINES,
        frequency_code="7",
        payer_control_number="8841",
        prior_authorization="A1",
        diagnoses=["E11.9", "I10"],
    )
    view = build_form_view(claim)
    found = values(view)
    assert view.title == "CMS-1500 (02/12)"
    assert (found["21A"], found["21B"], found["21"]) == (["E119"], ["I10"], ["0"])
    assert found["22"] == ["7", "8841"]
    assert found["23"] == ["A1"]
    assert found["28"] == [f"{claim.charge_cents / 100:.2f}"]
    assert found["33a"] == [claim.billing_npi]
    ((first, second),) = view.pages
    assert first == ("031626", "031626", "11", "99213", "25", "AB", "150.00", "1", claim.rendering_npi)
    assert second[3] == "J1885"


def test_six_lines_fill_a_sheet() -> None:
    view = build_form_view(draft_claim("c1", lines=[{"code": "99213"}] * 13))
    assert [len(sheet) for sheet in view.pages] == [6, 6, 1]


def test_an_institutional_claim_fills_a_ub_04() -> None:
    room = {"line_number": 3, "revenue_code": "0120", "units": 2, "charge_cents": 90000, "service_date": "2026-03-15"}
    lines = [{**line, "revenue_code": "0510"} for line in LINES]
    claim = draft_claim("c1", form="institutional", facility_type="11", revenue_lines=[room], lines=lines)
    view = build_form_view(claim)
    found = values(view)
    assert found["4"] == ["0111"]
    assert found["6"] == ["031526 – 031626"]
    assert (found["67"], found["67A"]) == (["E119"], ["I10"])
    (rows,) = view.pages
    assert [row[0] for row in rows] == ["0510", "0510", "0120", "0001"]
    assert rows[-1][-1] == f"{claim.charge_cents / 100:.2f}"


@pytest.mark.parametrize(("role", "status"), [("biller", 200), ("coder", 403)])
def test_the_page(world: Any, role: str, status: int) -> None:
    with world.client(role="biller") as biller:
        stored = biller.post("/v1/claims", json=draft_claim("c-form").model_dump(mode="json"))
        assert stored.status_code == 201, stored.text
    with world.client(role=role) as client:
        answer = client.get("/billing/c-form/form")
    assert answer.status_code == status
    if status == 200:
        assert "CMS-1500" in answer.text
        assert "99213" in answer.text
