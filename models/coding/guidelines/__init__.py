"""The ICD-10-CM Official Guidelines as rules over drafts of suggestions."""

from models.coding.guidelines.apply import apply_guidelines
from models.coding.guidelines.draft import CodingContext, Draft, DraftMention, GuidelineOutcome

__all__ = ["CodingContext", "Draft", "DraftMention", "GuidelineOutcome", "apply_guidelines"]
