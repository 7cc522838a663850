"""Runs the guideline rules in their order."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from data.notes import Profile
from models.coding.guidelines.assertions import check_assertions
from models.coding.guidelines.combinations import combine_diabetes, combine_hypertension, join_findings
from models.coding.guidelines.dementia import code_dementia
from models.coding.guidelines.details import ask_missing_facts, code_behavior, code_stated_details
from models.coding.guidelines.diabetes import code_retinopathy, settle_diabetes_type
from models.coding.guidelines.draft import CodingContext, Draft, GuidelineOutcome, Rule
from models.coding.guidelines.drug_effects import code_drug_effects
from models.coding.guidelines.drugs import code_long_term_drugs
from models.coding.guidelines.excludes import resolve_excludes
from models.coding.guidelines.fractures import code_displacement
from models.coding.guidelines.history import add_family_history, settle_history
from models.coding.guidelines.injuries import code_phase_of_care
from models.coding.guidelines.laterality import code_laterality
from models.coding.guidelines.maternal import code_maternal_conditions
from models.coding.guidelines.newborn import code_birth, code_maturity
from models.coding.guidelines.obstetric_facts import code_obstetric_facts
from models.coding.guidelines.osteoporotic import code_osteoporotic_fractures
from models.coding.guidelines.patients import doubt_unfitting
from models.coding.guidelines.pregnancy import code_gestation
from models.coding.guidelines.remission import settle_remission
from models.coding.guidelines.rivals import settle_rivals
from models.coding.guidelines.sepsis import code_sepsis
from models.coding.guidelines.sequelae import code_stroke_sequelae
from models.coding.guidelines.sequence import put_in_order
from models.coding.guidelines.specificity import drop_less_specific
from models.coding.guidelines.stroke_scale import code_stroke_scale
from models.coding.guidelines.substances import code_substances
from models.coding.guidelines.symptoms import drop_integral_symptoms
from models.coding.guidelines.treated_values import code_treated_values
from models.coding.guidelines.validity import check_validity
from models.coding.guidelines.visits import add_visit_reasons, settle_findings
from models.coding.guidelines.weight import code_body_mass

# What is reported; then the right code for it; then what goes beside it; then what gives way; then the order.
REPORTING_RULES: tuple[Rule, ...] = (
    check_validity,
    doubt_unfitting,
    settle_rivals,
    add_family_history,
    check_assertions,
    settle_history,
    settle_remission,
    add_visit_reasons,
    code_treated_values,
    code_sepsis,
    code_behavior,
    code_stated_details,
    code_displacement,
    code_osteoporotic_fractures,
    code_substances,
    settle_diabetes_type,
    code_dementia,
    code_phase_of_care,
    code_laterality,
    code_retinopathy,
    code_stroke_sequelae,
    code_stroke_scale,
    code_maternal_conditions,
    code_obstetric_facts,
    code_gestation,
    code_birth,
    code_maturity,
    check_validity,
    combine_diabetes,
    combine_hypertension,
    join_findings,
    code_drug_effects,
    code_long_term_drugs,
    code_body_mass,
    drop_less_specific,
    drop_integral_symptoms,
    settle_findings,
    resolve_excludes,
    ask_missing_facts,
    put_in_order,
    check_validity,
)


def apply_guidelines(
    drafts: Iterable[Draft], context: CodingContext, rules: Sequence[Rule] = REPORTING_RULES
) -> GuidelineOutcome:
    """Settles drafts by the Official Guidelines: which are reported, as which code, in which order, and what to ask.

    The profile `mentions` checks validity only and orders by probability.
    """
    outcome = GuidelineOutcome(()).with_drafts(drafts)
    if context.profile is Profile.MENTIONS:
        outcome = check_validity(outcome, context)
        return replace(outcome, drafts=tuple(sorted(outcome.drafts, key=lambda draft: -draft.probability)))
    for rule in rules:
        outcome = rule(outcome, context)
    return outcome
