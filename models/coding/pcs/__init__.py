"""Finds the inpatient procedures that notes document, and constructs their ICD-10-PCS codes from a release's tables."""
