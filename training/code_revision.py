"""Which code made a model."""

import subprocess
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


def find_code_revision() -> str:
    """The commit of the checkout, marked when files differ from it; the release's version outside of a checkout."""
    commit = _git("rev-parse", "HEAD")
    if commit is None:
        return f"release {version('chartcode')}"
    return f"{commit}+changes" if _git("status", "--porcelain", "--untracked-files=no") else commit


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(_ROOT), *arguments], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
