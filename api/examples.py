"""Invented examples for the OpenAPI document."""

from typing import Any

_TEXT = "ASSESSMENT: Type 2 diabetes with chronic kidney disease stage 3b. PLAN: Continue metformin."

ENCOUNTER: dict[str, Any] = {
    "encounter_id": "e1",
    "setting": "office",
    "date_of_service": "2026-03-14",
    "patient": {"age_years": 57, "sex": "female", "status": "established"},
    "perspective": "professional",
    "payer": {"payer_id": "P1", "kind": "commercial"},
    "documents": [{"document_id": "d1", "kind": "progress_note", "text": _TEXT}],
    "code_systems": ["icd10cm", "cpt", "hcpcs"],
}

DECISIONS: dict[str, Any] = {
    "decisions": [
        {"suggestion_id": "s1", "outcome": "accepted", "system": "icd10cm", "code": "E11.22"},
        {
            "suggestion_id": "s2",
            "outcome": "rejected",
            "system": "icd10cm",
            "code": "N18.9",
            "reason": "wrong_specificity",
        },
        {"suggestion_id": None, "outcome": "added", "system": "cpt", "code": "99214", "modifiers": [], "units": 1},
    ]
}

CLAIM_REQUEST: dict[str, Any] = {
    "claim_id": "c1",
    "patient_id": "p1",
    "billing_npi": "1234567893",
    "charges": [{"system": "cpt", "code": "99214", "charge_cents": 18500}],
}

CLAIM: dict[str, Any] = {
    "claim_id": "c1",
    "form": "professional",
    "payer": {"payer_id": "P1", "kind": "commercial"},
    "billing_npi": "1234567893",
    "rendering_npi": "1234567893",
    "rendering_taxonomy": "207Q00000X",
    "patient": {"patient_id": "p1", "age_years": 57, "sex": "female"},
    "diagnoses": ["E11.22", "N18.32"],
    "prepared_on": "2026-03-20",
    "lines": [
        {
            "line_number": 1,
            "procedure": {"system": "cpt", "code": "99214"},
            "modifiers": ["25"],
            "diagnosis_pointers": [1],
            "units": 1,
            "charge_cents": 18500,
            "service_date": "2026-03-14",
            "place_of_service": "11",
        }
    ],
}

CLAIMS: dict[str, Any] = {"claims": [CLAIM]}
CLAIM_DECISION: dict[str, Any] = {"outcome": "overridden", "reason": "The payer approved it by telephone."}
SIGN_IN: dict[str, Any] = {"name": "coder", "password": "the password that chartcode printed"}
