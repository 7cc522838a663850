"""The ICD-10-CM Alphabetic Index and its tables, in CDC's XML: diseases, external causes, neoplasms, drugs."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from data.formats.official_xml import LayoutError, parse_official_xml, text_of


class IndexBook(StrEnum):
    DISEASES = "diseases"
    EXTERNAL_CAUSES = "external_causes"
    NEOPLASMS = "neoplasms"
    DRUGS = "drugs"


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A term of the index with the code it leads to.

    `path` runs from the main term down; `modifiers` are the nonessential ones of the last term, in parentheses there.
    `column` is the heading of a neoplasm or drug table. `is_open`: the code needs further characters ("E11.-").
    """

    book: IndexBook
    path: tuple[str, ...]
    modifiers: str = ""
    column: str = ""
    code: str = ""
    is_open: bool = False
    manifestation: str = ""
    see: str = ""
    see_also: str = ""


_ROOT = "ICD10CM.index"
_TERMS = ("mainTerm", "term")
_NO_CODE = "-"


def parse_index(content: bytes) -> tuple[str, list[IndexEntry]]:
    """The version and every term that leads to a code or to another term. Raises LayoutError."""
    root = parse_official_xml(content, _ROOT)
    headings = {head.get("col", ""): text_of(head) for head in root.iterfind("indexHeading/head")}
    book = _book(root, headings)
    entries = [
        entry for main_term in root.iterfind("letter/mainTerm") for entry in _entries(main_term, book, (), headings)
    ]
    if not entries:
        raise LayoutError("line 1: the index holds no terms")
    return text_of(root.find("version")), entries


def _book(root: etree._Element, headings: dict[str, str]) -> IndexBook:
    first = headings.get("1", "").lower()
    if first == "substance":
        return IndexBook.DRUGS
    if first == "neoplasm":
        return IndexBook.NEOPLASMS
    if headings:
        raise LayoutError("line 1: expected the headings of the neoplasm or the drug table")
    is_external = "external cause" in text_of(root.find("title")).lower()
    return IndexBook.EXTERNAL_CAUSES if is_external else IndexBook.DISEASES


def _entries(
    term: etree._Element, book: IndexBook, above: tuple[str, ...], headings: dict[str, str]
) -> Iterator[IndexEntry]:
    title = term.find("title")
    if title is None:
        raise LayoutError(f"line {term.sourceline}: {term.tag} without a title")
    path = (*above, _essential(title))
    modifiers = " ".join(text_of(item) for item in title.iterfind("nemod"))
    yield from _own_entries(term, IndexEntry(book, path, modifiers), headings)
    for child in term.iterfind("term"):
        yield from _entries(child, book, path, headings)


def _own_entries(term: etree._Element, blank: IndexEntry, headings: dict[str, str]) -> Iterator[IndexEntry]:
    see = text_of(term.find("see")) or text_of(term.find("seecat"))
    see_also = text_of(term.find("seeAlso"))
    manifestation, _ = _code(text_of(term.find("manif")))
    cells = [(headings.get(cell.get("col", ""), ""), text_of(cell)) for cell in term.iterfind("cell")]
    plain = text_of(term.find("code")) or text_of(term.find("subcat"))
    targets = [(column, written) for column, written in (*cells, ("", plain)) if written.strip(_NO_CODE)]
    for column, written in targets or ([("", "")] if see or see_also else []):
        code, is_open = _code(written)
        yield IndexEntry(blank.book, blank.path, blank.modifiers, column, code, is_open, manifestation, see, see_also)


def _essential(title: etree._Element) -> str:
    """The title without its nonessential modifiers."""
    pieces = [title.text or ""]
    for child in title:
        pieces.append("" if child.tag in ("nemod", "old") else text_of(child))
        pieces.append(child.tail or "")
    return " ".join(" ".join(pieces).split())


def _code(written: str) -> tuple[str, bool]:
    """`E11.-` is E11, and open."""
    return written.rstrip("-").replace(".", ""), written.endswith("-")
