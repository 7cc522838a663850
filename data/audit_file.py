"""Reads an exported log whose chain was checked."""

from collections.abc import Iterator
from pathlib import Path

from data.audit import AuditEvent, parse_event


def read_events(path: Path) -> Iterator[AuditEvent]:
    """Raises ValueError for a line that is no event."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            event = parse_event(line.removesuffix("\n"))
            if event is None:
                raise ValueError(f"line {number} is no event of an audit log")
            yield event
