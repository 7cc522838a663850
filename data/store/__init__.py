"""Everything that is kept: the only SQL of the project.

Every write function appends its own audit event; the edge records what only it sees (sign-ins, views, exports).
Functions take an open session and never commit: `Store.transaction()` does, once, at the edge.
"""
