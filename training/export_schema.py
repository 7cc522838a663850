"""The columns of the exported tables. Each field's description travels in the file, under the key `description`."""

import pyarrow as pa

FORMAT_VERSION = "2"


def _field(name: str, kind: pa.DataType, description: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"description": description})


_TIME = pa.timestamp("us", tz="UTC")
_TEXTS = pa.list_(pa.field("item", pa.string(), nullable=False))
_EVIDENCE = pa.list_(
    pa.field(
        "item",
        pa.struct(
            [
                pa.field("document_id", pa.string(), nullable=False),
                pa.field("start", pa.int64(), nullable=False),
                pa.field("end", pa.int64(), nullable=False),
                pa.field("quote", pa.string(), nullable=False),
            ]
        ),
        nullable=False,
    )
)

CODING = pa.schema(
    [
        _field("encounter_id", pa.string(), "the encounter; rows are ordered by it, then by system and code"),
        _field("date_of_service", pa.date32(), "day of the visit or of discharge"),
        _field("setting", pa.string(), "where care took place"),
        _field("profile", pa.string(), "which codes are reported: outpatient, inpatient or mentions"),
        _field("payer_id", pa.string(), "the payer, when known", nullable=True),
        _field("notes_sha256", _TEXTS, "SHA-256 of each note's UTF-8 text, in the encounter's order"),
        _field("system", pa.string(), "icd10cm, icd10pcs, cpt or hcpcs"),
        _field("code", pa.string(), "as the system prints it"),
        _field("is_positive", pa.bool_(), "the coder kept or added the code; false: refused or replaced it"),
        _field(
            "weight",
            pa.float64(),
            "0 for a decision in bulk and unseen, else 1; less of a coder often contradicted",
        ),
        _field("reason", pa.string(), "the coder's reason, when given", nullable=True),
        _field("evidence", _EVIDENCE, "where the notes support the code; offsets in code points, half-open"),
        _field(
            "suggestion_id", pa.string(), "the model's suggestion of this code; null: it had missed it", nullable=True
        ),
        _field("probability", pa.float64(), "what the model had answered", nullable=True),
        _field("rank", pa.int64(), "the suggestion's rank, from 1", nullable=True),
        _field("decision_ids", _TEXTS, "every decision behind the row, superseded ones included, oldest first"),
        _field("decided_by", pa.string(), "who made the last of them"),
        _field("decided_at", _TIME, "when"),
        _field("model_version", pa.string(), "the model that had suggested"),
        _field("releases", pa.string(), "its code-set releases, as JSON"),
        _field("is_held_out", pa.bool_(), "kept for the comparison of models: do not learn from it"),
    ],
    metadata={"table": "coding examples"},
)

DENIAL = pa.schema(
    [
        _field("claim_id", pa.string(), "the claim; rows are ordered by it, then by line"),
        _field("line_number", pa.int64(), "the line"),
        _field("submitted_at", _TIME, "when the claim went out: features know nothing later"),
        _field("prepared_on", pa.date32(), "the claim's own date"),
        _field("payer_id", pa.string(), "the payer"),
        _field("payer_kind", pa.string(), "commercial, medicare, ..."),
        _field("known_on", pa.date32(), "day of the claim's first adjudication: nothing may use the label before it"),
        _field("is_denied", pa.bool_(), "nothing was paid and a code that refuses the service says why"),
        _field("carc", pa.string(), "of a denied line, the refusing code with the largest amount", nullable=True),
        _field("category", pa.string(), "its category", nullable=True),
        _field("charge_cents", pa.int64(), "charged, in cents"),
        _field("paid_cents", pa.int64(), "paid, in cents"),
        _field("outcome", pa.string(), "how the claim went out: submitted, released or overridden"),
        _field("decision_id", pa.string(), "the biller's decision that sent it"),
        _field("predicted", pa.float64(), "the probability of denial that the biller had seen"),
        _field("model_version", pa.string(), "the model that had predicted it"),
        _field("claim", pa.string(), "the claim as it went out, as JSON"),
        _field("is_held_out", pa.bool_(), "kept for the comparison of models: do not learn from it"),
    ],
    metadata={"table": "denial examples"},
)

DECISIONS = pa.schema(
    [
        _field("kind", pa.string(), "coding or claim"),
        _field("subject_id", pa.string(), "the encounter or claim; rows are ordered by kind, subject and position"),
        _field("position", pa.int64(), "counts the decisions on the subject from 0"),
        _field("decision_id", pa.string(), "digest of what was decided where, by whom and when"),
        _field("outcome", pa.string(), "accepted, rejected, ... or fixed, overridden, ..."),
        _field("decided_by", pa.string(), "who"),
        _field("decided_at", _TIME, "when"),
        _field("saw", pa.int64(), "version of the encounter or revision of the claim that was decided on"),
        _field("suggestion_id", pa.string(), "null for a code of the coder's own and for claims", nullable=True),
        _field("model_version", pa.string(), "the model that had answered"),
        _field("decision", pa.string(), "the whole decision, as JSON"),
    ],
    metadata={"table": "decisions"},
)
