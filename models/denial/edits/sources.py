"""The published texts that the rules cite."""

from data.reviews import Source

_CLAIM_GUIDE = "ASC X12N 837 Health Care Claim"
_POLICY_MANUAL = "NCCI Policy Manual for Medicare Services"
_CLAIMS_MANUAL = "Medicare Claims Processing Manual"
_ICD_GUIDELINES = "ICD-10-CM Official Guidelines for Coding and Reporting"


def claim_guide(citation: str) -> Source:
    return Source(name=_CLAIM_GUIDE, release="005010", citation=citation)


def policy_manual(citation: str) -> Source:
    return Source(name=_POLICY_MANUAL, release="2026", citation=citation)


def claims_manual(citation: str) -> Source:
    return Source(name=_CLAIMS_MANUAL, release="Pub. 100-04", citation=citation)


def icd10cm_guidelines(citation: str) -> Source:
    return Source(name=_ICD_GUIDELINES, release="FY2026", citation=citation)


ICD10CM_TABULAR = Source(
    name="ICD-10-CM Tabular List", release="in force", citation="Codes valid for the encounter date"
)
HIPAA_CODE_SETS = Source(name="HIPAA code sets", release="45 CFR 162", citation="162.1002, 162.1011")
NPI_STANDARD = Source(
    name="National Provider Identifier standard", release="45 CFR 162", citation="162.406, ISO 7812 check digit"
)
TAXONOMY = Source(name="Provider taxonomy code set", release="NUCC", citation="Ten characters, the last one X")
CPT_CONVENTION = Source(
    name="CPT code ranges", release="current", citation="Age and patient status named by the service"
)
NCCI = Source(name="NCCI procedure-to-procedure edits", release="not loaded", citation="Column 1 / column 2 table")
MUE = Source(name="NCCI medically unlikely edits", release="not loaded", citation="MUE table")
ADDON = Source(name="NCCI add-on code edits", release="not loaded", citation="Add-on code table")
PFS = Source(
    name="Medicare physician fee schedule", release="not loaded", citation="Relative value file, policy indicators"
)
COVERAGE = Source(name="Coverage policies", release="not loaded", citation="Covered diagnoses by procedure")
REVENUE_CODES = Source(
    name="UB-04 revenue codes", release="NUBC", citation="Form locators 42 and 44, claims manual chapter 25, section 75"
)
BILL_TYPES = Source(
    name="UB-04 type of bill", release="NUBC", citation="Form locator 4, claims manual chapter 25, section 75"
)
MEDICARE_CODE_EDITOR = Source(
    name="Medicare Code Editor", release="definitions of edits", citation="Chapter 1: diagnosis edits"
)
