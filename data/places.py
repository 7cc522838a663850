"""Places of service, two digits on each professional line."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Place:
    """`is_facility` says whether Medicare pays the facility rate there."""

    code: str
    is_facility: bool
    words: str


@cache
def load_places() -> Mapping[str, Place]:
    text = files("data.reference").joinpath("places_of_service.csv").read_text(encoding="utf-8")
    return {
        row["place"]: Place(row["place"], row["is_facility"] == "1", row["words"])
        for row in csv.DictReader(text.splitlines())
    }
