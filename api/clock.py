"""What day it is, for dates that people write without a zone."""

from datetime import date, datetime, timedelta

# Somewhere it is already this much later than UTC (Line Islands).
_EARLIEST_ZONE = timedelta(hours=14)


def latest_today(now: datetime) -> date:
    """The latest calendar day that is today anywhere; `now` is in UTC."""
    return (now + _EARLIEST_ZONE).date()
