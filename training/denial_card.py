"""The model card that lies beside the denial model."""

from pathlib import Path

from training.denial_evaluation import Evaluation

CARD_FILE = "model_card.md"
_TEXT = """# Denial model {version}

Estimates the probability that a payer denies a draft claim at its first adjudication, for each line and for the claim,
with likely reasons; a biller decides. It stands beside the edits, which are facts with a citation.

## What it is
Gradient-boosted trees (LightGBM) over findings of the edits, fields of the claim and past-only denial rates by payer
with procedure, diagnosis, provider, place, modifiers, units, authorization and delay, each rate with the cause that it
speaks of. Platt calibration for lines; a calibrated combination of its lines for the claim, with an offset for each
kind of payer. A second ensemble names the reason. Age and sex of patients are no features.

## What it was trained on
{source}
The artefact holds trees, counts under 64-bit hashes and calibration figures; {held}.

## How well it does
{notes}
{table}

## Limits
- A payer with fewer than 200 answered claims in the history is marked as low support: its figures are those of payers
  in general.
- Eligibility and coordination of benefits mostly do not show on a claim; check them at the payer.
- The record ends with the training history: train again monthly, and when a payer changes its policy.
"""
_SYNTHETIC = """**Synthetic.** Claims, payers with hidden rules and remittances were all invented by the seeded
generator in `data/synthetic`, with denial rates set to published averages: {claims:,} answered claims.
It is a starting point until an operator's own remittances are there. Nothing measured on it says how well the model
does on real claims."""
_REAL = "{claims:,} answered claims of the operator."
_SYNTHETIC_HELD = "no claim and no patient"
_REAL_HELD = """no claim. Patients
stand in it under keyed pseudonyms (HMAC-SHA-256), each with the days of its services and how payers judged its
membership. The key is `keys/patients.key` of the home that trained, readable by its owner alone and no part of the
model: where it is missing, every patient is a new one to the model"""
_SYNTHETIC_NOTES = """Measured on the synthetic world only, on the three months after the training history, with the
counts frozen as they are served. The oracle is the probability by the hidden rules themselves."""
_REAL_NOTES = """Measured on the last months of the history by a model of the months before; this one was then fitted on
all of it."""


def write_card(folder: Path, version: str, *, claims: int, is_synthetic: bool, evaluation: Evaluation) -> None:
    text = _TEXT.format(
        version=version,
        held=_SYNTHETIC_HELD if is_synthetic else _REAL_HELD,
        source=(_SYNTHETIC if is_synthetic else _REAL).format(claims=claims),
        notes=_SYNTHETIC_NOTES if is_synthetic else _REAL_NOTES,
        table=evaluation.as_table(),
    )
    (folder / CARD_FILE).write_text(text, "utf8")
