"""The digests of the notes that a version learned from, kept with it, so that a leak is a fact and no guess."""

from collections.abc import Iterable
from pathlib import Path

from data.canonical import sha256_hex

LEARNED_FILE = "learned_notes.txt"
BASE_FILE = "base_version.txt"


def write_learned(folder: Path, champion: Path, texts: Iterable[str]) -> None:
    """What the champion had learned from counts as learned too. A digest tells nothing of the note."""
    digests = read_learned(champion) | {sha256_hex(text) for text in texts}
    (folder / LEARNED_FILE).write_text("".join(f"{digest}\n" for digest in sorted(digests)), encoding="ascii")


def read_learned(folder: Path) -> frozenset[str]:
    """Empty where a version says nothing about it."""
    path = folder / LEARNED_FILE
    return frozenset(path.read_text(encoding="ascii").split()) if path.exists() else frozenset()


def write_base(folder: Path, version: str) -> None:
    """The version that a version learned on top of: the next one starts there too, so that nothing counts twice."""
    (folder / BASE_FILE).write_text(f"{version}\n", encoding="utf-8")


def find_base(folder: Path) -> str | None:
    """None for a version that was trained from the ground up."""
    path = folder / BASE_FILE
    return path.read_text(encoding="utf-8").strip() if path.exists() else None
