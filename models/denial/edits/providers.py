"""Rules on who bills: NPI check digits and the form of the taxonomy code."""

import re
from collections.abc import Iterator
from functools import lru_cache

from data.reviews import ReasonCategory as Reason
from data.reviews import Severity
from models.denial.edits.context import ClaimContext
from models.denial.edits.rule import Finding, rule
from models.denial.edits.sources import NPI_STANDARD, TAXONOMY

_NPI = re.compile(r"[12][0-9]{9}")
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
# The card issuer prefix 80840 that the standard puts before an NPI adds this much to its Luhn sum.
_PREFIX_SUM = 24


@lru_cache(maxsize=65_536)
def is_npi(text: str) -> bool:
    """Ten digits, the first 1 or 2, with a right check digit (Luhn over 80840 and the number)."""
    if not _NPI.fullmatch(text):
        return False
    digits = [int(character) for character in text]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[0::2])
    return (doubled + sum(digits[1::2]) + _PREFIX_SUM) % 10 == 0


@rule(
    "npi.check_digit",
    Severity.REJECT,
    Reason.CLAIM_DATA,
    NPI_STANDARD,
    "A provider number has ten digits and a right check digit.",
)
def check_digit(context: ClaimContext) -> Iterator[Finding]:
    providers = (("billing", context.claim.billing_npi), ("rendering", context.claim.rendering_npi))
    for role, number in providers:
        if number.strip() and not is_npi(number):
            yield Finding(
                f"The {role} provider's number is not an NPI: ten digits with a valid check digit are expected.",
                fields=(f"/{role}_npi",),
            )


@rule(
    "taxonomy.form",
    Severity.WARN,
    Reason.PROVIDER,
    TAXONOMY,
    "A taxonomy code has ten characters and ends in X.",
)
def taxonomy_form(context: ClaimContext) -> Iterator[Finding]:
    taxonomy = context.claim.rendering_taxonomy
    if taxonomy and not _TAXONOMY.fullmatch(taxonomy):
        yield Finding("The rendering provider's taxonomy code is malformed.", fields=("/rendering_taxonomy",))


RULES = (check_digit, taxonomy_form)
