"""Opens the files that an operator hands in: plain, or inside a zip as CMS publishes them."""

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

MAX_BYTES = 1_000_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1a")
# Layouts that no import reads; they lie beside the text in the published zips.
_PASSED_OVER = (".pdf", ".xlsx", ".xls", ".docx", ".doc")


class ReleaseImportError(ValueError):
    """A file can't be imported. The message names the file and says what was expected, and shows none of its text."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's name and content; a member of a zip is named `archive.zip/member.txt`.

    `is_companion`: it was found in a zip or folder, so that it may lie there for another purpose.
    """

    name: str
    content: bytes = field(repr=False)
    is_companion: bool = False

    def text(self) -> str:
        """Decodes UTF-8, or Windows-1252 as older files of CMS. Raises ReleaseImportError on binary content."""
        if self.content.startswith(_UTF16):
            raise ReleaseImportError(f"{self.name}: expected UTF-8 or Windows-1252 text, found UTF-16")
        if any(byte in _CONTROLS for byte in self.content[:65536]) or b"\0" in self.content:
            raise ReleaseImportError(f"{self.name}: expected a text file, found binary content")
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self._legacy_text()

    def _legacy_text(self) -> str:
        try:
            return self.content.decode("cp1252")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise ReleaseImportError(f"{self.name}, line {line}: expected UTF-8 or Windows-1252 text") from None


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """What was handed in: the files as they lie on disk by name and hash, and what is inside them."""

    names: tuple[str, ...]
    sha256: tuple[str, ...]
    sources: tuple[Source, ...]


def read_sources(paths: Sequence[Path]) -> SourceFiles:
    """Reads files, zips and folders (their files, not deeper). Raises ReleaseImportError."""
    files = [_read_file(path, is_companion) for path, is_companion in _expand(paths)]
    if not files:
        raise ReleaseImportError("no file was given")
    return SourceFiles(
        names=tuple(file.name for file in files),
        sha256=tuple(hashlib.sha256(file.content).hexdigest() for file in files),
        sources=tuple(source for file in files for source in _unpack(file)),
    )


def _expand(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    for path in paths:
        if path.is_dir():
            files = (item for item in path.iterdir() if item.is_file() and not item.name.startswith("."))
            yield from ((item, True) for item in sorted(files) if not item.name.lower().endswith(_PASSED_OVER))
        else:
            yield path, False


def _read_file(path: Path, is_companion: bool) -> Source:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ReleaseImportError(f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise ReleaseImportError(f"{path.name}: {error.strerror or 'the file cannot be read'}") from None
    if not content.strip():
        raise ReleaseImportError(f"{path.name}: the file is empty")
    return Source(path.name, content, is_companion)


def _unpack(file: Source) -> Iterator[Source]:
    if not zipfile.is_zipfile(BytesIO(file.content)):
        yield file
        return
    try:
        with zipfile.ZipFile(BytesIO(file.content)) as archive:
            members = [item for item in archive.infolist() if not _is_passed_over(item)]
            if sum(item.file_size for item in members) > MAX_BYTES:
                raise ReleaseImportError(f"{file.name}: its files are larger than {MAX_BYTES // 1_000_000} MB")
            for item in members:
                yield Source(f"{file.name}/{item.filename}", archive.read(item), is_companion=True)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise ReleaseImportError(f"{file.name}: the zip is damaged or encrypted") from None


def _is_passed_over(item: zipfile.ZipInfo) -> bool:
    return item.is_dir() or item.filename.lower().endswith(_PASSED_OVER)
