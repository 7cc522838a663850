"""Reads the XML that CDC publishes for ICD-10-CM: no entities, no network, no document type."""

from lxml import etree


class LayoutError(ValueError):
    """The content is not laid out as the format says. The message says what was expected, and where."""


def parse_official_xml(content: bytes, root: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise LayoutError(f"line {error.lineno}: not well-formed XML, expected an {root} document") from None
    if element.getroottree().docinfo.internalDTD is not None:
        raise LayoutError("line 1: a document type is declared, the official files have none")
    if element.tag != root:
        raise LayoutError(f"line 1: the root element is not {root}")
    return element


def text_of(element: etree._Element | None) -> str:
    """The text with white space collapsed; of a marked change (old, new) the new wording."""
    if element is None:
        return ""
    pieces = [element.text or ""]
    for child in element:
        if child.tag != "old":
            pieces.append(text_of(child))
        pieces.append(child.tail or "")
    return " ".join(" ".join(pieces).split())
