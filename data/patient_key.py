"""The home's secret under which a denial model knows patients again. It lies apart from the models: a copy of a model
without it tells nothing of anybody."""

import os
import secrets

from data.home import Home

FILE = "patients.key"
_BYTES = 32


def read_patient_key(home: Home) -> bytes:
    """Empty where there is none: then nobody is known again."""
    try:
        return (home.keys / FILE).read_bytes()
    except FileNotFoundError:
        return b""


def make_patient_key(home: Home) -> bytes:
    """The home's key, drawn when it has none; its owner alone can read it. Raises FileExistsError for an empty one."""
    if key := read_patient_key(home):
        return key
    home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(_BYTES)
    with os.fdopen(os.open(home.keys / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(key)
    return key
