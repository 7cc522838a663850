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

LEVEL_CHANGE: dict[str, Any] = {
    "family": {"system": "icd10cm", "prefix": "E11"},
    "level": "test",
    "target": 0.97,
    "least_probability": 0.9,
    "reason": "audited for a quarter",
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

X12 = "~\n".join(
    (
        "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PLAN           *260320*1200*^*00501*000000001*0*P*:",
        "GS*HC*CLINIC*PLAN*20260320*1200*1*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*1*20260320*1200*CH",
        "NM1*41*2*INVENTED CLINIC*****46*CLINIC",
        "PER*IC*BILLING*TE*5555550100",
        "NM1*40*2*INVENTED PLAN*****46*PLAN",
        "HL*1**20*1",
        "NM1*85*2*INVENTED CLINIC*****XX*1234567893",
        "N3*1 EXAMPLE STREET",
        "N4*SPRINGFIELD*IL*627010000",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        "SBR*P*18*******CI",
        "NM1*IL*1*EXAMPLE*ADA****MI*M1",
        "N3*2 EXAMPLE STREET",
        "N4*SPRINGFIELD*IL*62701",
        "DMG*D8*19690102*F",
        "NM1*PR*2*INVENTED PLAN*****PI*P1",
        "CLM*x12-1*185***11:B:1*Y*A*Y*Y",
        "HI*ABK:E1122*ABF:N1832",
        "LX*1",
        "SV1*HC:99214*185*UN*1***1:2",
        "DTP*472*D8*20260314",
        "REF*6R*1",
        "SE*24*0001",
        "GE*1*1",
        "IEA*1*000000001~",
    )
)

X12_DENIAL = "~\n".join(
    (
        "ISA*00*          *00*          *ZZ*PLAN           *ZZ*CLINIC         *260410*1200*^*00501*000000002*0*P*:",
        "GS*HP*PLAN*CLINIC*20260410*1200*2*X*005010X221A1",
        "ST*835*0001",
        "BPR*H*0*C*NON************20260410",
        "TRN*1*CHECK1*1999999999",
        "DTM*405*20260410",
        "N1*PR*INVENTED PLAN",
        "N3*3 EXAMPLE STREET",
        "N4*SPRINGFIELD*IL*62701",
        "N1*PE*INVENTED CLINIC*XX*1234567893",
        "LX*1",
        "CLP*x12-1*4*185*0*0*12*P1-8841",
        "NM1*QC*1*EXAMPLE*ADA****MI*M1",
        "SVC*HC:99214*185*0**0",
        "DTM*472*20260314",
        "CAS*CO*50*185",
        "REF*6R*1",
        "LQ*HE*N115",
        "SE*17*0001",
        "GE*1*2",
        "IEA*1*000000002~",
    )
)
