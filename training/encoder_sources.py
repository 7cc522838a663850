"""Where the encoder's lessons lie."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from data.reference.rows import find_tables
from data.synonyms import SYNONYM_TABLES
from models.artifacts import hash_file
from training.coding_sources import CodedNote, read_codiesp
from training.encoder_config import EncoderConfig
from training.encoder_terms import EncoderTerms

_OWN_TABLES = (SYNONYM_TABLES, "search_synonyms.tsv", "word_variants.tsv")


@dataclass(frozen=True, slots=True)
class EncoderData:
    """`terms_path` is the table of coded terms, `codiesp` the folder of coded case reports.

    The project's own synonyms are learned too, unless `with_own_words` is False.
    """

    terms_path: Path
    codiesp: Path
    with_own_words: bool = True

    @property
    def unlabelled(self) -> Path:
        return self.codiesp / "background_en.jsonl"

    def terms(self, config: EncoderConfig) -> EncoderTerms:
        return EncoderTerms.read(self.terms_path, config, with_own_words=self.with_own_words)

    def reports(self) -> list[CodedNote]:
        """Those that may be learned from."""
        return read_codiesp(self.codiesp, "train")

    def base_hash(self, base: Path) -> str:
        return hash_file(base / "model.safetensors")

    def hash(self, base: Path, config: EncoderConfig) -> str:
        """SHA-256 of the configuration, the base and everything that is learned from."""
        own = [Path(str(files("data.reference") / name)) for pattern in _OWN_TABLES for name in find_tables(pattern)]
        digest = hashlib.sha256(config.model_dump_json(exclude={"fitted"}).encode() + self.base_hash(base).encode())
        for path in (*own, self.terms_path, *sorted(self.codiesp.glob("*.*"))):
            digest.update(hash_file(path).encode())
        return digest.hexdigest()
