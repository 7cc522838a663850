"""docs/appeals.md and the model card of the overturn prior: text around what was measured."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from models.appeal.own_rates import ENOUGH
from training.appeal_cases import Review
from training.appeal_config import AppealConfig
from training.appeal_evaluation import Measured

# By forecast.
Table = Mapping[str, Measured]

_AUROC_BAR, _ECE_BAR = 0.68, 0.05
_REPORT = """# Odds of an appeal

Where a claim is denied for want of medical necessity, as experimental, or as not urgent, chartcode shows how often
independent medical review overturned such denials. **It is a prior**: {count:,} reviews of California's Department of
Managed Health Care, {first} to {last}; {share:.1%} were overturned. Only disputes that reached an outside reviewer are
in it, and a payer's own appeals go otherwise. It is shown for commercial and managed Medicaid plans alone, because
those reviews cover no Medicare, and for no other reason of denial. Once {enough} of an operator's own appeals to the
payer were answered in the category of denial, their smoothed rate takes its place.

`python -m training.appeal --folder models/released/appeal --report docs/appeals.md`

Each year from {first_forecast} to {last_forecast} is forecast from the years before it, in which a review counts half
every {half_life} years. The figures are means of {years} years, ECE of all years is over all forecasts at once;
intervals of 95 % by bootstrap within years. A random split would look better and mean nothing.

{table}

Bars: AUROC {auroc_bar} ({auroc}), ECE {ece_bar} (a year {yearly}, of all years {pooled}). Between {lowest:.1%} and
{highest:.1%} of a year's reviews were overturned, and no past tells the next year's level; forecasts that were exactly
right would show a yearly ECE of {noise:.3f} by chance alone. The first row is released; the second is what it does
where a claim tells the categories of diagnosis and treatment and no details. The others were tried and are not
released; age and gender are left out everywhere.
"""
_CARD = """# Overturn prior {version}

The share of denials that independent medical review overturned, by logistic regression over the kind of denial and the
categories of diagnosis and treatment, alone and in pairs. Fitted on {count:,} published outcomes of California's
Department of Managed Health Care, {first} to {last}. The artefact holds coefficients, no review and no patient.

It is not an operator's own odds, and says nothing about Medicare or about denials for other reasons. Each year was
forecast from the years before it:

{table}
"""


def write_report(reviews: Sequence[Review], measured: Table, noise: float, config: AppealConfig) -> str:
    years = range(config.forecast.first_year, config.forecast.last_year + 1)
    shares = [float(np.mean([one.is_overturned for one in reviews if one.year == year])) for year in years]
    return _REPORT.format(
        **_facts(reviews),
        share=float(np.mean([one.is_overturned for one in reviews])),
        enough=ENOUGH,
        first_forecast=years[0],
        last_forecast=years[-1],
        years=len(years),
        half_life=config.forecast.half_life,
        table=to_table(measured),
        **_judge(next(iter(measured.values()))),
        lowest=min(shares),
        highest=max(shares),
        noise=noise,
    )


def _judge(released: Measured) -> dict[str, Any]:
    """Which bars the released forecast reaches."""
    values = released.values
    return {
        "auroc_bar": _AUROC_BAR,
        "ece_bar": _ECE_BAR,
        "auroc": _say(values["AUROC"] >= _AUROC_BAR),
        "yearly": _say(values["ECE a year"] <= _ECE_BAR),
        "pooled": _say(values["ECE of all years"] <= _ECE_BAR),
    }


def _say(is_met: bool) -> str:
    return "met" if is_met else "missed"


def write_card(reviews: Sequence[Review], measured: Table, version: str) -> str:
    return _CARD.format(**_facts(reviews), version=version, table=to_table(measured))


def to_table(measured: Table) -> str:
    columns = list(next(iter(measured.values())).values)
    head = [f"| forecast | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    rows = (f"| {name} | {' | '.join(one.texts)} |" for name, one in measured.items())
    return "\n".join([*head, *rows])


def _facts(reviews: Sequence[Review]) -> dict[str, Any]:
    return {"count": len(reviews), "first": reviews[0].year, "last": reviews[-1].year}
