"""Which code made a model."""

import hashlib
import subprocess
from importlib.metadata import version
from pathlib import Path

from data.program import program_digest

_ROOT = Path(__file__).resolve().parent.parent


def find_code_revision() -> str:
    """The commit of the checkout, marked when files differ from it; the release's version outside of a checkout."""
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return f"release {version('chartcode')}"
    return f"{commit}+changes" if _git("status", "--porcelain", "--untracked-files=no") else commit


def name_training(data_hash: str) -> str:
    """8 hex digits that change with what is learned from (`data_hash`), with the code that learns, and with the
    program that the model is a part of."""
    digest = hashlib.sha256(f"{data_hash} {program_digest()}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
