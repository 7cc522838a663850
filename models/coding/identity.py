"""Identifiers that follow from what they name: equal questions to the same model have equal answers, byte for byte."""

import hashlib
from collections.abc import Mapping, Sequence

from data.codes import CodeSystem
from data.notes import Encounter, Profile


def suggestion_set_id(encounter: Encounter, profile: Profile, model_version: str, releases: Mapping[str, str]) -> str:
    digest = hashlib.sha256(encounter.model_dump_json().encode())
    for part in (profile.value, model_version, *(f"{system}={name}" for system, name in sorted(releases.items()))):
        digest.update(b"\x00" + part.encode())
    return f"ss_{digest.hexdigest()[:32]}"


def suggestion_id(set_id: str, system: CodeSystem, code: str, modifiers: Sequence[str] = ()) -> str:
    """Lines of one service that differ in modifiers are suggestions of their own."""
    name = " ".join([set_id, system.value, code, *modifiers])
    return f"sg_{hashlib.sha256(name.encode()).hexdigest()[:32]}"
