"""A claim's paper form as PDF: the values of the print page at the boxes' places on Letter paper.

The same claim gives the same bytes.
"""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from api.workbench.form_places import CMS_1500, UB_04, Layout, Place
from api.workbench.form_views import FormView, Item

_LINE, _COLUMN = 12.0, 7.2
_LEFT = 18.0
_VALUE, _VALUE_SIZE = "Courier", 9.0
_LABEL, _LABEL_SIZE = "Helvetica", 4.5
# Totals of the claim: on sheets that others follow they are left out.
_TOTALS = frozenset({"28"})


def write_pdf(view: FormView, *, is_invented: bool = False) -> bytes:
    """A sheet a page of service lines."""
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=letter, pageCompression=0, invariant=1)
    canvas.setTitle(f"{view.title}, {_printable(view.claim_id)}")
    canvas.setAuthor("chartcode")
    for number, _ in enumerate(view.pages):
        _draw_sheet(canvas, view, number, is_invented=is_invented)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _draw_sheet(canvas: Canvas, view: FormView, number: int, *, is_invented: bool) -> None:
    layout = UB_04 if view.title.startswith("UB-04") else CMS_1500
    is_last = number == len(view.pages) - 1
    invented = ", invented" if is_invented else ""
    title = f"{view.title}, {view.claim_id}, sheet {number + 1} of {len(view.pages)}{invented}"
    _write(canvas, Place(1, 1, 48), title, size=7.0)
    for item, place in _place(view, layout):
        _write_label(canvas, place, f"{item.number} {item.label}")
        _write(canvas, place, item.value if is_last or item.number not in _TOTALS else "")
    for heading, (column, width) in zip(view.columns, layout.columns, strict=True):
        _write_label(canvas, Place(layout.first_line, column, width), heading)
    for row, cells in enumerate(view.pages[number]):
        for cell, (column, width) in zip(cells, layout.columns, strict=True):
            _write(canvas, Place(layout.first_line + row * layout.step, column, width), cell)


def _place(view: FormView, layout: Layout) -> Iterator[tuple[Item, Place]]:
    seen: Counter[str] = Counter()
    for item in (*view.head, *view.foot):
        yield item, layout.boxes[item.number][seen[item.number]]
        seen[item.number] += 1


def _write(canvas: Canvas, place: Place, text: str, size: float = _VALUE_SIZE) -> None:
    """In smaller type where it is wider than its box: nothing is cut."""
    shown = _printable(text)
    width = stringWidth(shown, _VALUE, size)
    canvas.setFillGray(0)
    canvas.setFont(_VALUE, min(size, size * place.width * _COLUMN / width) if width else size)
    canvas.drawString(*_point(place), shown)


def _write_label(canvas: Canvas, place: Place, text: str) -> None:
    x, y = _point(place)
    canvas.setFillGray(0.35)
    canvas.setFont(_LABEL, _LABEL_SIZE)
    canvas.drawString(x, y + 7.5, text)
    canvas.setStrokeGray(0.7)
    canvas.setLineWidth(0.25)
    canvas.line(x, y - 2, x + place.width * _COLUMN, y - 2)


def _point(place: Place) -> tuple[float, float]:
    """In points from the bottom left of the sheet."""
    return _LEFT + (place.column - 1) * _COLUMN, letter[1] - place.line * _LINE


def _printable(text: str) -> str:
    """The fonts that every reader has hold Western European letters; others read as question marks."""
    return text.encode("cp1252", "replace").decode("cp1252")
