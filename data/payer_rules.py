"""What an operator knows of a payer's contract: rules of their own, dated, signed and versioned.

Every version is kept, one JSON object a line in the home's `payer_rules.jsonl`; the newest version of a rule stands.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from data.claims import ClaimLine
from data.home import Home
from data.notes import Payer, PayerKind
from data.noun import Flag, Identifier, IsoDate, Modifier, Noun, Positive, UtcTime
from data.reviews import ReasonCategory, Severity
from data.tables import write_atomically

FILE_NAME = "payer_rules.jsonl"
Prefix = Annotated[str, Field(pattern=r"^[A-Z][0-9A-Z]{0,6}$")]
Range = Annotated[str, Field(pattern=r"^[0-9A-Z]{5}(-[0-9A-Z]{5})?$")]
Place = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
Age = Annotated[int, Field(ge=0, le=130)]
Days = Annotated[Positive, Field(le=3660)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class AuthorizationDemand(Noun):
    kind: Literal["authorization"]


class FilingDemand(Noun):
    """Days after the service within which a claim is filed, and after a denial within which it is appealed."""

    kind: Literal["filing_limit"]
    days: Days
    appeal_days: Days | None = None


class ModifierDemand(Noun):
    """One of the modifiers is there."""

    kind: Literal["modifier_required"]
    any_of: Annotated[tuple[Modifier, ...], Field(min_length=1)]


class ModifierRefusal(Noun):
    kind: Literal["modifier_refused"]
    modifiers: Annotated[tuple[Modifier, ...], Field(min_length=1)]


class PlaceDemand(Noun):
    kind: Literal["place_required"]
    places: Annotated[tuple[Place, ...], Field(min_length=1)]


class UnitDemand(Noun):
    kind: Literal["unit_limit"]
    units: Positive


class DiagnosisDemand(Noun):
    """The line points to a diagnosis that begins with one of the prefixes (compact, without the dot)."""

    kind: Literal["diagnosis_required"]
    prefixes: Annotated[tuple[Prefix, ...], Field(min_length=1)]


class DiagnosisRefusal(Noun):
    kind: Literal["diagnosis_refused"]
    prefixes: Annotated[tuple[Prefix, ...], Field(min_length=1)]


class UnspecifiedRefusal(Noun):
    """No diagnosis whose term says unspecified; with `only_side`, none that leaves open a side that could be named."""

    kind: Literal["unspecified_refused"]
    only_side: Flag = True


class ServiceRefusal(Noun):
    kind: Literal["not_covered"]


Demand = Annotated[
    AuthorizationDemand
    | FilingDemand
    | ModifierDemand
    | ModifierRefusal
    | PlaceDemand
    | UnitDemand
    | DiagnosisDemand
    | DiagnosisRefusal
    | UnspecifiedRefusal
    | ServiceRefusal,
    Field(discriminator="kind"),
]


class PayerRule(Noun):
    """The lines that it is about, and what it demands of them; what is left empty is no condition.

    `procedures` are codes or ranges such as 29800-29999; the dates are days of service.
    """

    rule_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,47}$")]
    payer_ids: tuple[Identifier, ...] = ()
    payer_kinds: tuple[PayerKind, ...] = ()
    procedures: tuple[Range, ...] = ()
    places: tuple[Place, ...] = ()
    min_age: Age | None = None
    max_age: Age | None = None
    demand: Demand
    severity: Literal[Severity.DENY, Severity.WARN, Severity.INFO]
    category: ReasonCategory
    message: Words
    citation: Words
    valid_from: IsoDate
    valid_to: IsoDate | None = None

    @model_validator(mode="after")
    def _check_days(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("a rule ends on or after the day on which it begins")
        return self

    def is_for(self, payer: Payer) -> bool:
        is_named = not self.payer_ids or payer.payer_id in self.payer_ids
        return is_named and (not self.payer_kinds or payer.kind in self.payer_kinds)

    def is_for_age(self, age: int | None) -> bool:
        """An unknown age meets no limit."""
        return not (
            (self.min_age is not None and (age is None or age < self.min_age))
            or (self.max_age is not None and (age is None or age > self.max_age))
        )

    def is_about(self, line: ClaimLine) -> bool:
        code = line.procedure.code.compact
        is_listed = not self.procedures or any(one[:5] <= code <= one[-5:] for one in self.procedures)
        return is_listed and (not self.places or line.place_of_service in self.places)

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class RecordedPayerRule(Noun):
    rule: PayerRule
    version: Positive
    author: Identifier
    recorded_at: UtcTime


class UnknownPayerRuleError(LookupError):
    def __init__(self, rule_id: str) -> None:
        super().__init__(f"there is no payer rule {rule_id}")


def read_payer_rules(home: Home) -> list[RecordedPayerRule]:
    """All versions in the order in which they were recorded. Raises ValidationError when the file is damaged."""
    path = home.path / FILE_NAME
    lines = path.read_text("utf8").split("\n") if path.exists() else []
    return [RecordedPayerRule.model_validate_json(line) for line in lines if line]


def stamp_payer_rules(home: Home) -> str:
    """Changes when a rule does."""
    try:
        stat = (home.path / FILE_NAME).stat()
    except FileNotFoundError:
        return ""
    return f"{stat.st_ino}-{stat.st_mtime_ns}-{stat.st_size}"


def standing_rules(recorded: Sequence[RecordedPayerRule]) -> tuple[RecordedPayerRule, ...]:
    """The newest version of each rule, by rule_id."""
    newest = {one.rule.rule_id: one for one in recorded}
    return tuple(newest[rule_id] for rule_id in sorted(newest))


def record_payer_rule(home: Home, rule: PayerRule, *, by: str, at: datetime) -> RecordedPayerRule:
    """Adds a version; the ones before it stay. A rule that says what it said already is not recorded again."""
    recorded = read_payer_rules(home)
    same = [one for one in recorded if one.rule.rule_id == rule.rule_id]
    if same and same[-1].rule == rule:
        return same[-1]
    added = RecordedPayerRule(rule=rule, version=len(same) + 1, author=by, recorded_at=at)
    write_payer_rules(home, [*recorded, added])
    return added


def retire_payer_rule(home: Home, rule_id: str, last_day: date, *, by: str, at: datetime) -> RecordedPayerRule:
    """A version that ends. Raises UnknownPayerRuleError, or ValidationError when the day is before its first."""
    standing = next((one for one in standing_rules(read_payer_rules(home)) if one.rule.rule_id == rule_id), None)
    if standing is None:
        raise UnknownPayerRuleError(rule_id)
    ended = PayerRule.model_validate({**standing.rule.model_dump(mode="json"), "valid_to": last_day})
    return record_payer_rule(home, ended, by=by, at=at)


def write_payer_rules(home: Home, recorded: Sequence[RecordedPayerRule]) -> None:
    home.path.mkdir(parents=True, exist_ok=True)
    text = "".join(one.model_dump_json() + "\n" for one in recorded)
    write_atomically(home.path / FILE_NAME, text.encode())
