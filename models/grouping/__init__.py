"""What payers derive from a set of codes: diagnosis-related groups and risk adjustment categories."""
