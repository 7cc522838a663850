"""Recognises the services that a note documents, and chooses their CPT and HCPCS codes, modifiers and units."""
