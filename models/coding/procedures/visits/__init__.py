"""Evaluation and management: which kind of visit a note documents, at which level, and why."""
