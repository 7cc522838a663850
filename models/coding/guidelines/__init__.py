"""The ICD-10-CM Official Guidelines as rules over drafts of suggestions."""

from models.coding.guidelines.apply import REPORTING_RULES, apply_guidelines
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome, Rule

__all__ = [
    "REPORTING_RULES",
    "CodingContext",
    "Draft",
    "DraftMention",
    "GuidelineOutcome",
    "Rule",
    "apply_guidelines",
]
