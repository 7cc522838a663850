"""Addenda of the order files: `Add:`, `Delete:`, `Revise from:` and `Revise to:` before a code and its titles."""

import re

_LINE = re.compile(r"(Add|Delete|Revise from|Revise to):\s+([0-9A-Z]{3,7})\s+(\S.*)")
_GAP = re.compile(r"  +")


def is_addenda(text: str) -> bool:
    return _LINE.match(text.lstrip()) is not None


def parse_deleted(text: str) -> dict[str, str]:
    """The deleted codes with their full titles."""
    found = (_LINE.match(line) for line in text.split("\n"))
    return {match[2]: _GAP.split(match[3].strip())[-1] for match in found if match and match[1] == "Delete"}
