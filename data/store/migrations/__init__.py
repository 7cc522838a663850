"""The schema's history; `data.store.migrate` runs it."""
