"""All rules, in the order in which their findings are shown."""

from collections.abc import Mapping

from models.denial.edits import (
    bundling,
    dates,
    diagnoses,
    modifiers,
    patients,
    payment,
    procedures,
    providers,
    structure,
    tables,
)
from models.denial.edits.rule import Rule

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *providers.RULES,
    *dates.RULES,
    *diagnoses.RULES,
    *procedures.RULES,
    *modifiers.RULES,
    *patients.RULES,
    *bundling.RULES,
    *payment.RULES,
    *tables.RULES,
)
RULES_BY_ID: Mapping[str, Rule] = {rule.rule_id: rule for rule in RULES}
