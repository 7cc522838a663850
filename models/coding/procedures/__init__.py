"""Recognises the services that a note documents, and chooses their CPT and HCPCS codes, modifiers and units."""

from models.coding.procedures.candidates import ProcedureCandidate, ProcedureFindings
from models.coding.procedures.coder import ProcedureCoder
from models.coding.procedures.text import ProcedureText, Sentence, read_procedure_text
from models.coding.procedures.visits.conditions import StatedDiagnosis

__all__ = [
    "ProcedureCandidate",
    "ProcedureCoder",
    "ProcedureFindings",
    "ProcedureText",
    "Sentence",
    "StatedDiagnosis",
    "read_procedure_text",
]
