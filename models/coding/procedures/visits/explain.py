"""How a level came about, as the rationale of a visit shows it."""

from collections import Counter
from collections.abc import Sequence

from data.suggestions import Rationale
from models.coding.procedures.visits.data_reviewed import DataReviewed
from models.coding.procedures.visits.elements import Elements
from models.coding.procedures.visits.levels import TABLE_SOURCE, TIME_SOURCE, Level, decide_level
from models.coding.procedures.visits.problems import Problem
from models.coding.procedures.visits.risk import Risk

_MAX_NAMED = 6
_WEIGHTS = {
    "threat": "threat to life or function",
    "acute_systemic": "acute with systemic effects",
    "acute_injury": "acute complicated injury",
    "new_uncertain": "new with uncertain outcome",
    "chronic": "chronic",
    "acute": "acute uncomplicated",
    "minor": "minor",
}
_PROBLEM_WORDS = {Level.STRAIGHTFORWARD: "minimal", Level.LOW: "low", Level.MODERATE: "moderate", Level.HIGH: "high"}
_DATA_WORDS = {
    Level.STRAIGHTFORWARD: "minimal",
    Level.LOW: "limited",
    Level.MODERATE: "moderate",
    Level.HIGH: "extensive",
}


def explain_decisions(elements: Elements) -> tuple[Rationale, ...]:
    """One entry for each element and one for the result."""
    by_problems, by_data, by_risk = elements.levels
    return (
        _entry("em.problems", f"Problems {_PROBLEM_WORDS[by_problems]}: {_name_problems(elements.problems)}."),
        _entry("em.data", f"Data {_DATA_WORDS[by_data]}: {_name_data(elements.data)}."),
        _entry("em.risk", f"Risk {_PROBLEM_WORDS[by_risk]}: {_name_risks(elements.risks)}."),
        _entry("em.level", _name_level(elements)),
    )


def _name_level(elements: Elements) -> str:
    found = decide_level(*elements.levels)
    text = f"Two of the three elements reach {found.word} decisions."
    return text if elements.level is found else f"{text} The author states {elements.level.word} decisions."


def explain_time(minutes: float, code: str, *, is_least: bool = False) -> Rationale:
    least = "At least " if is_least else ""
    text = f"{least}{minutes:g} minutes of documented total time support {code}."
    return Rationale(rule_id="em.time", text=text, source=TIME_SOURCE)


def _entry(rule_id: str, text: str) -> Rationale:
    return Rationale(rule_id=rule_id, text=text, source=TABLE_SOURCE)


def _name_problems(problems: Sequence[Problem]) -> str:
    named = [
        f"{problem.evidence.quote.lower()} ({_WEIGHTS[problem.weight]}{', ' + problem.state if problem.state else ''})"
        for problem in problems
    ]
    return "; ".join(named[:_MAX_NAMED]) or "none recognised"


def _name_data(data: DataReviewed) -> str:
    parts = [f"tests: {', '.join(test.replace('_', ' ').split(':')[0] for test in data.tests)}"] if data.tests else []
    parts += [f"{data.notes} outside notes"] if data.notes else []
    parts += ["independent historian"] if data.historian else []
    parts += ["independent interpretation"] if data.interpretation else []
    parts += ["discussion with another professional"] if data.discussion else []
    return "; ".join(parts) or "none recognised"


def _name_risks(risks: Sequence[Risk]) -> str:
    counted = Counter(risk.reason for risk in sorted(risks, key=lambda risk: -risk.level))
    return "; ".join(list(counted)[:_MAX_NAMED]) or "none recognised"
