"""The rows of all claims that went out, kept between reports: each report reads only what changed since the last."""

from collections.abc import Mapping
from threading import Lock

import pandas as pd
from sqlalchemy.orm import Session

from data.store.sent_claims import Stamp, iter_sent_claims, read_stamps
from models.performance.lines import Row, read_rows, to_frame


class ReportBook:
    """Of one process; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stamps: Mapping[str, Stamp] = {}
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._frame = to_frame(())

    def read(self, session: Session) -> pd.DataFrame:
        """As `to_frame` makes it; not to be changed in place."""
        with self._lock:
            stamps = read_stamps(session)
            changed = [claim_id for claim_id, stamp in stamps.items() if self._stamps.get(claim_id) != stamp]
            if changed:
                self._rows.update((sent.last.claim_id, read_rows(sent)) for sent in iter_sent_claims(session, changed))
                self._frame = to_frame(row for rows in self._rows.values() for row in rows)
                self._stamps = stamps
            return self._frame
