"""Which lines of a claim a finding is about."""

import re
from collections.abc import Collection

from data.claims import Claim
from data.reviews import Edit

_LINE_FIELD = re.compile(r"/lines/([0-9]+)(?:/|$)")


def touched_lines(claim: Claim, edit: Edit) -> Collection[int]:
    """The numbers of the lines whose fields are at fault; else of those named; else of all."""
    at_fault = {claim.lines[int(match[1])].line_number for field in edit.fields if (match := _LINE_FIELD.match(field))}
    return at_fault or edit.lines or [line.line_number for line in claim.lines]
