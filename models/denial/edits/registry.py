"""All rules, in the order in which their findings are shown."""

from collections.abc import Mapping

from models.denial.edits import (
    bundling,
    dates,
    diagnoses,
    history,
    indicators,
    institutional,
    modifiers,
    patients,
    payment,
    places,
    postoperative,
    procedures,
    providers,
    sequence,
    structure,
    tables,
)
from models.denial.edits.rule import Rule

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *institutional.RULES,
    *providers.RULES,
    *dates.RULES,
    *diagnoses.RULES,
    *sequence.RULES,
    *procedures.RULES,
    *modifiers.RULES,
    *places.RULES,
    *patients.RULES,
    *bundling.RULES,
    *postoperative.RULES,
    *payment.RULES,
    *indicators.RULES,
    *history.RULES,
    *tables.RULES,
)
RULES_BY_ID: Mapping[str, Rule] = {rule.rule_id: rule for rule in RULES}
