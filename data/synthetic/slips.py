"""What goes wrong with invented claims between the visit and the payer, at the rates of each clinic's habits."""

from collections.abc import Callable
from datetime import timedelta

from data.notes import PatientStatus
from data.synthetic.dice import Dice
from data.synthetic.drafts import AGE_GROUPS, SIDED, TELEHEALTH_PLACES, Draft, DraftLine
from data.synthetic.payers import authorization_chance
from data.synthetic.published import ADD_ONS, PAIRS
from data.synthetic.services import load_services

_SEPARATING = frozenset({"59", "XS", "XU"})
_COUNTED = frozenset({"drug", "therapy", "device"})
_PREVENTIVE = tuple(code for code in AGE_GROUPS if code.startswith("9939"))
_NEW_VISITS = {"99213": "99203", "99214": "99204", "99203": "99213", "99204": "99214"}
_LEARNING_MONTHS = 3


def make_slips(dice: Dice, draft: Draft, month: int) -> None:
    """Changes the draft in place."""
    for name, slip in _SLIPS.items():
        if dice.chance(draft.clinic.slips[name]):
            slip(dice, draft)
    _settle_authorization(dice, draft, month)


def _settle_authorization(dice: Dice, draft: Draft, month: int) -> None:
    """Clinics ask for what the payer wants, less reliably in the first months of a new demand."""
    starts = [draft.payer.authorization[line.code] for line in draft.lines if line.code in draft.payer.authorization]
    wanted = [start for start in starts if start <= month]
    missed = draft.clinic.slips["no_authorization"]
    if wanted:
        is_recent = 0 < max(wanted) > month - _LEARNING_MONTHS
        has_number = not dice.chance(min(0.8, missed * 3) if is_recent else missed)
    else:
        usual = any(authorization_chance(load_services()[line.code]) > 0.3 for line in draft.lines)
        has_number = usual and dice.chance(draft.clinic.slips["needless_authorization"])
    if has_number:
        draft.authorization = f"SYN{dice.randrange(10**7):07d}"


def _drop_modifiers(draft: Draft, modifiers: frozenset[str]) -> None:
    for line in draft.lines:
        line.modifiers = [modifier for modifier in line.modifiers if modifier not in modifiers]


def _unbundle(dice: Dice, draft: Draft) -> None:
    codes = {line.code: line for line in draft.lines}
    parts = [(first, second) for first, second, _ in PAIRS if first in codes and second not in codes]
    if parts:
        whole, part = dice.choice(parts)
        sides = [m for m in codes[whole].modifiers if m in ("LT", "RT")] if part in SIDED else []
        draft.lines.append(DraftLine(part, 1, codes[whole].place, [1], sides))


def _miscount(dice: Dice, draft: Draft) -> None:
    counted = [line for line in draft.lines if line.family in _COUNTED]
    if counted:
        line = dice.choice(counted)
        line.units *= dice.choice((2, 3, 4, 5, 10))


def _repeat_line(dice: Dice, draft: Draft) -> None:
    line = dice.choice(draft.lines)
    draft.lines.append(DraftLine(line.code, line.units, line.place, [*line.pointers], [*line.modifiers]))


def _orphan_add_on(_: Dice, draft: Draft) -> None:
    codes = {line.code for line in draft.lines}
    for add_on, primaries in ADD_ONS.items():
        if add_on in codes and len(codes - set(primaries)) < len(codes):
            draft.lines = [line for line in draft.lines if line.code not in primaries]
            return


def _cut_diagnosis(dice: Dice, draft: Draft) -> None:
    position = dice.randrange(len(draft.diagnoses))
    if len(draft.diagnoses[position]) > 3:
        draft.diagnoses[position] = draft.diagnoses[position][:3]


def _point_beyond(dice: Dice, draft: Draft) -> None:
    dice.choice(draft.lines).pointers.append(len(draft.diagnoses) + 1)


def _confuse_status(_: Dice, draft: Draft) -> None:
    for line in draft.lines:
        line.code = _NEW_VISITS.get(line.code, line.code)


def _confuse_age_group(dice: Dice, draft: Draft) -> None:
    for line in draft.lines:
        if line.code in _PREVENTIVE:
            position = _PREVENTIVE.index(line.code) + dice.choice((-1, 1))
            line.code = _PREVENTIVE[min(max(position, 0), len(_PREVENTIVE) - 1)]


def _misplace(dice: Dice, draft: Draft) -> None:
    place = dice.choice(("11", "21", "12", "32"))
    for line in draft.lines:
        if line.place not in TELEHEALTH_PLACES:
            line.place = place


def _lose_rendering(dice: Dice, draft: Draft) -> None:
    draft.rendering_npi = "" if dice.chance(0.5) else draft.rendering_npi[:-1] + str(9 - int(draft.rendering_npi[-1]))


def _mistype_modifier(dice: Dice, draft: Draft) -> None:
    dice.choice(draft.lines).modifiers.append("ZZ")


def _be_late(dice: Dice, draft: Draft) -> None:
    draft.prepared_on += timedelta(days=dice.randint(45, 420))


_SLIPS: dict[str, Callable[[Dice, Draft], None]] = {
    "no_25": lambda _, draft: _drop_modifiers(draft, frozenset({"25"})),
    "no_59": lambda _, draft: _drop_modifiers(draft, _SEPARATING),
    "unbundled": _unbundle,
    "no_side": lambda _, draft: _drop_modifiers(draft, frozenset({"LT", "RT"})),
    "wrong_units": _miscount,
    "lonely_add_on": _orphan_add_on,
    "no_telehealth_modifier": lambda _, draft: _drop_modifiers(draft, frozenset({"95"})),
    "heading": _cut_diagnosis,
    "bad_pointer": _point_beyond,
    "wrong_status": _confuse_status,
    "wrong_age_group": _confuse_age_group,
    "wrong_place": _misplace,
    "no_rendering_npi": _lose_rendering,
    "unknown_modifier": _mistype_modifier,
    "repeated_line": _repeat_line,
    "late": _be_late,
}
WRONG_STATUS = {
    PatientStatus.NEW: frozenset({"99213", "99214"}),
    PatientStatus.ESTABLISHED: frozenset({"99203", "99204"}),
}
