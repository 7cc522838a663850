"""The ICD-10-CM tabular list in CDC's XML (`icd10c-tabular-*.xml`), with its seventh characters written out."""

import re
from collections.abc import Iterator

from lxml import etree

from data.code_notes import CodeNote, NoteKind
from data.code_references import parse_code_ranges
from data.codeset_table import CodeRow, Level
from data.formats.official_xml import LayoutError, parse_official_xml, text_of

_NOTE_TAGS = {
    "inclusionTerm": NoteKind.INCLUSION,
    "includes": NoteKind.INCLUDES,
    "excludes1": NoteKind.EXCLUDES1,
    "excludes2": NoteKind.EXCLUDES2,
    "codeFirst": NoteKind.CODE_FIRST,
    "useAdditionalCode": NoteKind.USE_ADDITIONAL,
    "codeAlso": NoteKind.CODE_ALSO,
    "notes": NoteKind.NOTE,
    "sevenChrNote": NoteKind.NOTE,
}
_REFERRING = {
    NoteKind.EXCLUDES1,
    NoteKind.EXCLUDES2,
    NoteKind.CODE_FIRST,
    NoteKind.USE_ADDITIONAL,
    NoteKind.CODE_ALSO,
}
# S06: "7th characters D and S do not apply to codes in category S06 with 6th character 7 or 8", written there as prose.
_ONLY_INITIAL = {("S06", "7"), ("S06", "8")}
_WIDTH = 6
_RANGE_AT_END = re.compile(r"\s*\([A-Z][0-9A-Z]{2}(?:-[A-Z][0-9A-Z]{2})?\)$")


def parse_tabular(content: bytes) -> tuple[str, list[CodeRow]]:
    """The version named by the document and all rows; raises LayoutError."""
    root = parse_official_xml(content, "ICD10CM.tabular")
    rows = _Rows()
    for chapter in root.iterfind("chapter"):
        rows.add_chapter(chapter)
    if not any(row.level is Level.CODE for row in rows.rows):
        raise LayoutError("line 1: the tabular list holds no codes")
    return text_of(root.find("version")), rows.rows


class _Rows:
    def __init__(self) -> None:
        self.rows: list[CodeRow] = []

    def add_chapter(self, chapter: etree._Element) -> None:
        above = self._add(Level.CHAPTER, _name(chapter), chapter, -1)
        open_blocks: list[tuple[str, int]] = [("", above)]
        for section in chapter.iterfind("section"):
            identifier = _block_name(section)
            last = identifier.rpartition("-")[2]
            while open_blocks[-1][0] and last > open_blocks[-1][0]:
                open_blocks.pop()
            block = self._add(Level.BLOCK, identifier, section, open_blocks[-1][1])
            open_blocks.append((last, block))
            for diagnosis in section.iterfind("diag"):
                self._add_diagnosis(diagnosis, block, {})

    def _add_diagnosis(self, diagnosis: etree._Element, parent: int, seventh: dict[str, str]) -> None:
        name = _name(diagnosis).replace(".", "")
        seventh = _seventh_characters(diagnosis) or seventh
        row = self._add(Level.CODE, name, diagnosis, parent)
        children = diagnosis.findall("diag")
        for child in children:
            self._add_diagnosis(child, row, seventh)
        if not children and seventh and len(name) <= _WIDTH:
            self._add_extensions(row, seventh)
        elif not children:
            self.rows[row].is_billable = True

    def _add_extensions(self, parent: int, seventh: dict[str, str]) -> None:
        base = self.rows[parent]
        for character, meaning in seventh.items():
            name = base.name.ljust(_WIDTH, "X") + character
            if (name[:3], name[5]) in _ONLY_INITIAL and character != "A":
                continue
            self.rows.append(CodeRow(Level.CODE, name, f"{base.term}, {meaning}", parent, is_billable=True))

    def _add(self, level: Level, name: str, element: etree._Element, parent: int) -> int:
        if not name:
            raise LayoutError(f"line {element.sourceline}: {element.tag} without a name")
        term = text_of(element.find("desc"))
        if level is not Level.CODE:
            term = _RANGE_AT_END.sub("", term)
        self.rows.append(CodeRow(level, name, term, parent, notes=list(_notes(element, name))))
        return len(self.rows) - 1


def _name(element: etree._Element) -> str:
    return text_of(element.find("name"))


def _block_name(section: etree._Element) -> str:
    """Always a range: the block that holds C50 alone is C50-C50, so that it is told from the category."""
    identifier = section.get("id", "")
    if not identifier:
        raise LayoutError(f"line {section.sourceline}: a section without an id such as A00-A09")
    return identifier if "-" in identifier else f"{identifier}-{identifier}"


def _seventh_characters(diagnosis: etree._Element) -> dict[str, str]:
    return {item.get("char", ""): text_of(item) for item in diagnosis.iterfind("sevenChrDef/extension")}


def _notes(element: etree._Element, owner: str) -> Iterator[CodeNote]:
    for child in element:
        if child.tag == "sevenChrDef":
            yield from (CodeNote(owner, NoteKind.SEVENTH_CHARACTER, text) for text in _seventh_character_lines(child))
        elif child.tag == "visualImpairment":
            yield from (CodeNote(owner, NoteKind.NOTE, text) for text in _visual_impairment_lines(child))
        elif kind := _NOTE_TAGS.get(str(child.tag)):
            for text in map(text_of, child.iterfind("note")):
                yield CodeNote(owner, kind, text, parse_code_ranges(text) if kind in _REFERRING else ())


def _seventh_character_lines(definition: etree._Element) -> Iterator[str]:
    """`A initial encounter`; a note after an extension is another wording of it and follows with its character."""
    character = ""
    for item in definition:
        character = item.get("char", character)
        yield f"{character} {text_of(item)}"


def _visual_impairment_lines(table: etree._Element) -> Iterator[str]:
    """H54 defines its categories by visual acuity, in three notations."""
    for category in table.iterfind("visCategory[value]"):
        below = ", ".join(text_of(item) for item in category.iterfind("visRange/visMax/value"))
        at_least = ", ".join(text_of(item) for item in category.iterfind("visRange/visMin/value"))
        bounds = f"less than {below}" + (f"; equal to or better than {at_least}" if at_least else "")
        yield f"Category {text_of(category.find('value'))} of visual impairment, best corrected acuity: {bounds}"
