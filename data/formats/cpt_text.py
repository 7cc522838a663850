"""A CPT file as the AMA delivers it: notices, then a code, a tab and its descriptor on each line."""

import re

from data.formats.official_xml import LayoutError
from data.formats.order_file import ListedCode

_LINE = re.compile(r"([0-9]{4}[0-9FTUM])\t(?:[^\t]*\t)*([^\t]*[^\t\s][^\t]*)")
_MAX_NOTICE_LINES = 200


def parse_cpt_text(text: str) -> list[ListedCode]:
    """Of several descriptor columns the last. Once codes have begun, every line must be one."""
    listed: dict[str, ListedCode] = {}
    for number, line in enumerate(text.rstrip().split("\n"), start=1):
        match = _LINE.fullmatch(line.rstrip("\r"))
        if match is None:
            if listed or number > _MAX_NOTICE_LINES:
                raise LayoutError(f"line {number}: expected a CPT code, a tab and its descriptor")
        elif match[1] in listed:
            raise LayoutError(f"line {number}: the code was listed before")
        else:
            listed[match[1]] = ListedCode(match[1], match[2].strip(), is_billable=True)
    if not listed:
        raise LayoutError("line 1: expected a CPT code, a tab and its descriptor")
    return list(listed.values())
