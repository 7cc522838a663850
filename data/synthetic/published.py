"""The published edits of the synthetic world: a few pairs, unit limits and add-ons in the form of the imported tables.

They are invented for training, demo and tests and are no substitute for the tables that CMS publishes.
"""

from collections.abc import Mapping

import pyarrow as pa

from data import add_ons, ncci_pairs, unit_limits
from data.code_keys import code_key, pair_key
from data.days import ALWAYS_AFTER, ALWAYS_BEFORE

RELEASE = "synthetic-1"

# Column 1, column 2, modifier indicator.
PAIRS: tuple[tuple[str, str, int], ...] = (
    ("45385", "45380", 1),
    ("45385", "45378", 0),
    ("45380", "45378", 0),
    ("45380", "G0121", 0),
    ("45385", "G0121", 0),
    ("97530", "97140", 1),
    ("97161", "97140", 1),
    ("97161", "97530", 1),
    ("97112", "97035", 1),
    ("11042", "97597", 1),
    ("11042", "11721", 1),
    ("11730", "11721", 1),
    ("11102", "17000", 1),
    ("17110", "17000", 1),
    ("11401", "11102", 1),
    ("17311", "88305", 1),
    ("17311", "11102", 1),
    ("29881", "20610", 1),
    ("20610", "20550", 1),
    ("20553", "20550", 1),
    ("64493", "64483", 1),
    ("64483", "20553", 1),
    ("93015", "93000", 1),
    ("78452", "93000", 1),
    ("94060", "94010", 0),
    ("80053", "80048", 0),
    ("81003", "81002", 0),
    ("31231", "31575", 1),
    ("76830", "76805", 1),
    ("96413", "96372", 1),
    ("96413", "96365", 1),
    ("96365", "96372", 1),
    ("90837", "90834", 0),
    ("90834", "90832", 0),
    ("G0101", "Q0091", 0),
    ("66984", "67028", 1),
    ("52000", "81003", 1),
    ("95910", "95886", 9),
)
# Units, adjudication indicator.
UNIT_LIMITS: Mapping[str, tuple[int, int]] = {
    "97110": (8, 3),
    "97112": (6, 3),
    "97140": (6, 3),
    "97530": (6, 3),
    "97035": (2, 3),
    "97161": (1, 2),
    "J1885": (8, 3),
    "J3420": (1, 3),
    "J1030": (8, 3),
    "J3301": (16, 3),
    "J0178": (4, 3),
    "J0897": (120, 3),
    "J1745": (150, 3),
    "J7325": (96, 3),
    "A4253": (6, 3),
    "17003": (13, 2),
    "11103": (6, 3),
    "96415": (8, 3),
    "20610": (2, 3),
    "88305": (16, 3),
    "36415": (2, 3),
    "93000": (3, 3),
    "E0601": (1, 2),
    "77067": (1, 2),
    "99213": (2, 3),
    "99214": (2, 3),
    "90471": (1, 2),
}
_VISITS = tuple(f"992{number:02d}" for number in (2, 3, 4, 5, 12, 13, 14, 15))
ADD_ONS: Mapping[str, tuple[str, ...]] = {
    "17003": ("17000",),
    "11103": ("11102",),
    "90472": ("90471",),
    "96415": ("96413",),
    "77063": ("77067",),
    "95886": ("95910",),
    "90833": _VISITS,
}


def pair_table() -> pa.Table:
    rows = sorted((pair_key(code_key(first), code_key(second)), indicator) for first, second, indicator in PAIRS)
    return pa.table(
        {
            "pair": [key for key, _ in rows],
            "first_day": [ALWAYS_BEFORE] * len(rows),
            "last_day": [ALWAYS_AFTER] * len(rows),
            "indicator": [indicator for _, indicator in rows],
        },
        schema=ncci_pairs.COLUMNS,
    )


def unit_limit_table() -> pa.Table:
    rows = [{"code": code, "units": units, "adjudication": mai} for code, (units, mai) in UNIT_LIMITS.items()]
    return pa.Table.from_pylist(rows, schema=unit_limits.COLUMNS)


def add_on_table() -> pa.Table:
    rows = [
        {"add_on": code, "primary": primary, "kind": 1, "first_day": ALWAYS_BEFORE, "last_day": ALWAYS_AFTER}
        for code, primaries in ADD_ONS.items()
        for primary in primaries
    ]
    return pa.Table.from_pylist(rows, schema=add_ons.COLUMNS)
