"""What each part of the coding model adds: the same notes answered once more with one part switched off.

Nothing is trained anew. What is left had learned to rely on the part, so a loss says how much the model leans on it;
what a model that was trained without it would lose is less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.gold import GoldCase
from data.suggestions import SuggestionSet
from models.coding.context import SLOTS, ContextModel
from models.coding.features import MentionFeature as M
from models.coding.guidelines import REPORTING_RULES, Rule
from models.coding.guidelines.assertions import check_assertions
from models.coding.guidelines.combinations import combine_diabetes, combine_hypertension, join_findings
from models.coding.guidelines.excludes import resolve_excludes
from models.coding.guidelines.history import add_family_history, settle_history
from models.coding.guidelines.sequence import put_in_order
from models.coding.guidelines.specificity import drop_less_specific
from models.coding.guidelines.symptoms import drop_integral_symptoms
from models.coding.guidelines.validity import check_validity
from models.coding.guidelines.visits import settle_findings
from models.coding.lexicon import Lexicon
from models.coding.phrases import PhraseTable
from models.coding.ranker import Purpose
from models.coding.recognize import Recognizer
from models.coding.siblings import Families
from models.coding.visit import VisitFeature as V
from training.coding_cases import from_gold
from training.coding_trial import Trial, count, score
from training.gold_evaluation import evaluate_gold, suggest_cases
from training.model_parts import BlindVisitRanker, NoReports, NoResolver, NoVectors, NoVisitRanker, Parts
from training.paired_bootstrap import Difference, compare

_DENIED: tuple[Rule, ...] = (check_assertions, settle_history, add_family_history)
_COMBINED: tuple[Rule, ...] = (combine_diabetes, combine_hypertension, join_findings)
_GIVING_WAY: tuple[Rule, ...] = (drop_less_specific, drop_integral_symptoms, settle_findings, resolve_excludes)
_ORDER: tuple[Rule, ...] = (put_in_order,)
_OTHERS = tuple(
    rule for rule in REPORTING_RULES if rule not in (check_validity, *_DENIED, *_COMBINED, *_GIVING_WAY, *_ORDER)
)
_SECTIONS = (M.IN_JUDGEMENT, M.IN_REASON, M.IN_BACKGROUND, M.IN_OBSERVATIONS)
_ASSERTIONS = (M.IS_NEGATED, M.IS_HISTORICAL, M.IS_HYPOTHETICAL, M.IS_FAMILY, M.IS_UNCERTAIN, M.IS_MANAGED)


def _without_rules(*gone: Rule) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, rules=tuple(rule for rule in parts.rules if rule not in gone))


def _blind(mentions: Sequence[M], *visits: V) -> Callable[[Parts], Parts]:
    def change(parts: Parts) -> Parts:
        visit = parts.visit.blinded(*visits) if isinstance(parts.visit, BlindVisitRanker) else parts.visit
        return replace(parts, visit=visit, blind=mentions)

    return change


def _without_reports(parts: Parts) -> Parts:
    reports = parts.rankers[Purpose.REPORT]
    silent = NoReports(reports.mention, reports.code, reports.calibration)
    return replace(parts, rankers={**parts.rankers, Purpose.REPORT: silent})


SWITCHES: Mapping[str, Callable[[Parts], Parts]] = {
    "the lexicon of terms": lambda parts: replace(parts, lexicon=Lexicon.build([])),
    "phrases learned from evidence": lambda parts: replace(parts, phrases=PhraseTable.empty()),
    "the encoder's vectors": lambda parts: replace(parts, vectors=NoVectors()),
    "the score of the ranker of case reports": _without_reports,
    "sections, to the rankers": _blind(
        _SECTIONS, V.IN_JUDGEMENT, V.IN_REASON, V.IN_BACKGROUND, V.IN_OBSERVATIONS, V.PLAIN_JUDGED_TERM
    ),
    "negation and other assertions, to the rankers": _blind(_ASSERTIONS, V.SHARE_NEGATED, V.IS_MANAGED),
    "what is addressed, to the rankers": _blind((M.IS_ADDRESSED,), V.ADDRESSED),
    "the words around a condition": lambda parts: replace(parts, context=ContextModel(np.zeros(SLOTS), 0.0)),
    "the resolver of siblings": lambda parts: replace(parts, resolver=NoResolver(Families(parts.code_set))),
    "the ranker of visits": lambda parts: replace(parts, visit=NoVisitRanker()),
    "all rules but validity": lambda parts: replace(parts, rules=(check_validity,)),
    "rules: denied, past, a relative's": _without_rules(*_DENIED),
    "rules: combinations": _without_rules(*_COMBINED),
    "rules: what gives way": _without_rules(*_GIVING_WAY),
    "rules: order": _without_rules(*_ORDER),
    "rules: all others": _without_rules(*_OTHERS),
}


@dataclass(frozen=True, slots=True)
class Ablation:
    """Metrics without a part; `difference` in micro-F1 from the whole model's on the same notes."""

    part: str
    metrics: Mapping[str, float]
    difference: Difference


def measure_parts(
    parts: Parts,
    recognizer: Recognizer,
    cases: Sequence[GoldCase],
    answers: Sequence[SuggestionSet],
    switches: Mapping[str, Callable[[Parts], Parts]] = SWITCHES,
) -> list[Ablation]:
    """`answers` are the whole model's, read by `recognizer`. Cost: one more answer to each note for each switch."""
    whole = _judge(cases, answers)
    found = []
    for name, switch in switches.items():
        changed = switch(parts)
        reader = recognizer if changed.reads_as(parts) else changed.recognizer()
        given = suggest_cases(changed.suggester(reader, f"without {name}"), cases)
        difference = compare(count(whole), count(_judge(cases, given)))
        found.append(Ablation(name, evaluate_gold(cases, given), difference))
    return found


def _judge(cases: Sequence[GoldCase], answers: Sequence[SuggestionSet]) -> Trial:
    return tuple(score(from_gold(case), answer) for case, answer in zip(cases, answers, strict=True))
