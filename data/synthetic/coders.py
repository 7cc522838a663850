"""Simulated coders: they mean to follow the sheet, and err at seeded rates. Everything about them is invented."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from data.codes import CodeSystem
from data.decisions import Decision, Outcome, Reason
from data.notes import Encounter, Profile, Setting
from data.store.encounters import add_encounter, append_decisions, get_encounter
from data.store.session import Store
from data.suggestions import Role, Suggestion, SuggestionSet, Tier
from data.synthetic.coder_sheet import Finding, load_sheet
from data.synthetic.dice import Dice

MODEL_VERSIONS = ("synthetic-1", "synthetic-2")
CODERS = (("coder-ada", 0.5), ("coder-ben", 0.3), ("coder-cleo", 0.2))
AUDITOR = "auditor-dee"
FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Habits:
    """Rates of error. `hurries` is per encounter: everything accepted in bulk, unseen."""

    hurries: float = 0.06
    accepts_wrong: float = 0.08
    refuses_right: float = 0.03
    keeps_unspecific: float = 0.15
    forgets_to_add: float = 0.3
    defers: float = 0.03
    notices: float = 0.4


HABITS = Habits()
FLAWLESS = Habits(0, 0, 0, 0, 0, 0, 0)


class Act(NamedTuple):
    at: datetime
    by: str
    decisions: tuple[Decision, ...]


class Visit(NamedTuple):
    """An encounter as the store will see it: stored, then decided in one or more acts."""

    encounter: Encounter
    profile: Profile
    suggestion_set: SuggestionSet
    stored_at: datetime
    acts: tuple[Act, ...]


def simulate_visits(count: int, *, seed: int = 7, habits: Habits = HABITS) -> Iterator[Visit]:
    """Visits of the first half of 2026, in order of time; the same arguments give the same visits."""
    dice = Dice(seed)
    for number in range(count):
        template, findings = dice.choice(load_sheet())
        stored_at = FIRST_DAY + timedelta(days=160 * number / count, hours=dice.uniform(7, 18))
        encounter = template.model_copy(
            update={"encounter_id": f"sim-{number:05d}", "date_of_service": stored_at.date() - timedelta(days=1)}
        )
        version = MODEL_VERSIONS[2 * number // count]
        seen = tuple(_misjudge(finding, dice) for finding in findings)
        yield Visit(
            encounter=encounter,
            profile=Profile.INPATIENT if encounter.setting is Setting.INPATIENT else Profile.OUTPATIENT,
            suggestion_set=_suggest(encounter, seen, version),
            stored_at=stored_at,
            acts=_work(seen, stored_at, dice, habits),
        )


def record_visits(store: Store, visits: Iterator[Visit]) -> int:
    """Writes the visits as if they had been lived; returns how many."""
    count = 0
    with store.transaction() as session:
        for visit in visits:
            stored = add_encounter(
                session, visit.encounter, visit.suggestion_set, visit.profile, by="clinic", at=visit.stored_at
            )
            for act in visit.acts:
                stored = append_decisions(
                    session,
                    visit.encounter.encounter_id,
                    act.decisions,
                    by=act.by,
                    at=act.at,
                    expected_version=stored.version,
                )
            count += 1
    return count


def review_again(store: Store, encounter_ids: Iterable[str], *, by: str = AUDITOR) -> None:
    """Decides on every suggestion of recorded visits as a careful coder would, a week after they were stored."""
    sheet = {template.documents[0].text: findings for template, findings in load_sheet()}
    with store.transaction() as session:
        for encounter_id in encounter_ids:
            stored = get_encounter(session, encounter_id)
            findings = sheet[stored.encounter.documents[0].text]
            decisions = tuple(_review(findings, one) for one in stored.suggestion_set.suggestions)
            at = stored.created_at + timedelta(days=7)
            append_decisions(session, encounter_id, decisions, by=by, at=at, expected_version=stored.version)


def _review(findings: tuple[Finding, ...], suggestion: Suggestion) -> Decision:
    position = int(suggestion.suggestion_id.removeprefix("s"))
    decision = _decide_well(position, _Seen(findings[position], suggestion.probability))
    return decision or _accept(position, findings[position])


class _Seen(NamedTuple):
    """A finding as the model sees it this time: None when it is silent about it."""

    finding: Finding
    probability: float | None


def _misjudge(finding: Finding, dice: Dice) -> _Seen:
    if finding.is_missed or dice.chance(0.05):
        return _Seen(finding, None)
    return _Seen(finding, round(min(0.99, max(0.05, finding.probability + dice.gauss(0, 0.06))), 4))


def _suggest(encounter: Encounter, seen: tuple[_Seen, ...], version: str) -> SuggestionSet:
    found = [(position, one.finding, one.probability) for position, one in enumerate(seen) if one.probability]
    ranked = sorted(found, key=lambda item: (-item[2], item[0]))
    return SuggestionSet(
        encounter_id=encounter.encounter_id,
        suggestion_set_id=f"{encounter.encounter_id}-{version}",
        model_version=version,
        code_set_releases={CodeSystem.ICD10CM.value: "FY2026"},
        suggestions=tuple(
            Suggestion(
                suggestion_id=f"s{position}",
                system=finding.system,
                code=finding.code,
                term=finding.term,
                probability=probability,
                tier=Tier.SUGGESTED,
                rank=rank,
                role=Role.SECONDARY if finding.system is CodeSystem.ICD10CM else Role.PROCEDURE,
                evidence=(finding.evidence,),
            )
            for rank, (position, finding, probability) in enumerate(ranked, start=1)
        ),
    )


def _work(seen: tuple[_Seen, ...], stored_at: datetime, dice: Dice, habits: Habits) -> tuple[Act, ...]:
    """One sitting on the next day or two, and a second one when the coder notices an error."""
    day = stored_at.date() + timedelta(days=dice.randint(1, 2))
    at = datetime.combine(day, time(9), UTC) + timedelta(seconds=dice.randrange(8 * 3600))
    by = dice.pick(CODERS)
    if dice.chance(habits.hurries):
        bulk = tuple(
            _accept(position, one.finding, viewed=False) for position, one in enumerate(seen) if one.probability
        )
        return (Act(at, by, bulk),) if bulk else ()
    meant = {position: _decide_well(position, one) for position, one in enumerate(seen)}
    made = {position: _err(position, one, meant[position], dice, habits) for position, one in enumerate(seen)}
    first = tuple(decision for decision in made.values() if decision)
    noticed = tuple(
        decision
        for position, decision in meant.items()
        if decision and decision != made[position] and dice.chance(habits.notices)
    )
    acts = (Act(at, by, first), Act(at + timedelta(minutes=dice.randint(5, 90)), by, noticed))
    return tuple(act for act in acts if act.decisions)


def _decide_well(position: int, seen: _Seen) -> Decision | None:
    finding = seen.finding
    if seen.probability is None:
        return None if finding.reason else _add(finding, finding.code)
    if finding.reason is None:
        return _accept(position, finding)
    if finding.better is None:
        return _refuse(position, finding, finding.reason)
    return Decision(
        suggestion_id=f"s{position}",
        outcome=Outcome.REPLACED,
        system=finding.system,
        code=finding.code,
        replaced_by=finding.better,
        reason=finding.reason,
    )


def _err(position: int, seen: _Seen, meant: Decision | None, dice: Dice, habits: Habits) -> Decision | None:
    """What the coder does instead of what was meant, at the rate of that kind of error."""
    finding = seen.finding
    if meant is None:
        return None
    if meant.outcome is Outcome.ADDED:
        return None if dice.chance(habits.forgets_to_add) else meant
    if dice.chance(habits.defers):
        return meant.model_copy(update={"outcome": Outcome.DEFERRED, "replaced_by": None, "reason": None})
    if meant.outcome is Outcome.ACCEPTED:
        return _refuse(position, finding, Reason.NOT_DOCUMENTED) if dice.chance(habits.refuses_right) else meant
    rate = habits.keeps_unspecific if meant.outcome is Outcome.REPLACED else habits.accepts_wrong
    return _accept(position, finding) if dice.chance(rate) else meant


def _accept(position: int, finding: Finding, *, viewed: bool = True) -> Decision:
    return Decision(
        suggestion_id=f"s{position}",
        outcome=Outcome.ACCEPTED,
        system=finding.system,
        code=finding.code,
        viewed=viewed,
    )


def _refuse(position: int, finding: Finding, reason: Reason) -> Decision:
    return Decision(
        suggestion_id=f"s{position}", outcome=Outcome.REJECTED, system=finding.system, code=finding.code, reason=reason
    )


def _add(finding: Finding, code: str) -> Decision:
    return Decision(outcome=Outcome.ADDED, system=finding.system, code=code, evidence=(finding.evidence,))
