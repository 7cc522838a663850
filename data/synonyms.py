"""Words that clinicians write for conditions, beyond the code set's own: shorthand, synonyms, lay terms."""

from dataclasses import dataclass

from data.codes import Icd10Cm
from data.reference.rows import find_tables, read_rows

SYNONYM_TABLES = "clinical_synonyms*.tsv"


@dataclass(frozen=True, slots=True)
class Synonym:
    """A phrase and the compact ICD-10-CM codes that it may mean, the likeliest first."""

    phrase: str
    codes: tuple[str, ...]


def load_synonyms() -> tuple[Synonym, ...]:
    """Raises InvalidCodeError when a row names no code."""
    return tuple(
        Synonym(row["phrase"], tuple(Icd10Cm.parse(code).compact for code in row["codes"].split()))
        for name in find_tables(SYNONYM_TABLES)
        for row in read_rows(name)
    )
