"""What the demo's commercial payer asks for beyond the published edits, as a rule of the operator."""

from datetime import UTC, datetime

from data.home import Home
from data.payer_rules import PayerRule, read_payer_rules, record_payer_rule
from data.synthetic.claim_world import FIRST_DAY

_AT = datetime(2026, 1, 1, tzinfo=UTC)
# Payers differ in it: Medicare asks for the place alone, and so do some commercial ones.
_TELEHEALTH = PayerRule.model_validate(
    {
        "rule_id": "telehealth_modifier",
        "payer_ids": ["demo-commercial"],
        "procedures": ["90785-90899", "96156-96171", "99202-99215"],
        "places": ["02", "10"],
        "demand": {"kind": "modifier_required", "any_of": ["93", "95", "GQ", "GT"]},
        "severity": "deny",
        "category": "coding",
        "message": "the payer wants to know how the patient was seen: modifier 95 for live video, 93 for audio only",
        "citation": "Invented provider manual of demo-commercial, telehealth services (denied with CARC 4)",
        "valid_from": FIRST_DAY.isoformat(),
    }
)


def record_demo_rules(home: Home) -> None:
    """Leaves a rule alone that is there already, be it changed or retired."""
    if all(one.rule.rule_id != _TELEHEALTH.rule_id for one in read_payer_rules(home)):
        record_payer_rule(home, _TELEHEALTH, by="demo", at=_AT)
