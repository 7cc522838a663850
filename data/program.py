"""Which program gives the answers: a digest of the code and the reference tables that they follow from.

A model version names weights; guidelines, edits and word lists are code and tables beside them. Both together make an
answer reproducible.
"""

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_PARTS = ("models/**/*.py", "data/*.py", "data/formats/*.py", "data/reference/**/*.*")


@cache
def program_digest() -> str:
    """First 16 hex digits of the SHA-256 over all files, by name and content; read once a process."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _PARTS for path in _ROOT.glob(pattern)}):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\x00")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
