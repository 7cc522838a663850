// The note pane: its documents as tabs, the evidence of the active code, what the reader selects.
// Places are code points from the start of a document, as on the wire.

const panels = [...document.querySelectorAll("[role=tabpanel]")];
const tabs = [...document.querySelectorAll("[role=tab]")];
const canPaint = "highlights" in CSS;

tabs.forEach((tab, index) => {
  tab.addEventListener("click", () => showDocument(panels[index]));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + tabs.length) % tabs.length;
    showDocument(panels[next]);
    tabs[next].focus();
  });
});

/** Emphasises the marks of `ref` and brings the first into view, in its document. */
export function lightMarks(ref) {
  document.querySelectorAll(".lit").forEach((part) => part.classList.remove("lit"));
  clearPaint("lit");
  const parts = ref ? [...document.querySelectorAll(`[data-refs~="${ref}"]`)] : [];
  parts.forEach((part) => part.classList.add("lit"));
  if (parts.length) reveal(parts[0]);
}

/** Marks of decided codes recede: what stays coloured is what is left to do. */
export function fadeMarks(openKeys) {
  document.querySelectorAll('.note [data-refs*="s"]').forEach((part) => {
    part.classList.toggle("done", !part.dataset.refs.split(" ").some((ref) => openKeys.has(ref)));
  });
}

/** The same for places that carry no mark: the evidence of a code that was just added. */
export function lightPlaces(evidence) {
  lightMarks(null);
  const ranges = evidence.map(toRange).filter(Boolean);
  paint("lit", ranges);
  if (ranges.length) reveal(ranges[0].startContainer.parentElement);
}

export function revealAt(documentId, start) {
  const panel = panels.find((one) => one.dataset.document === documentId);
  const parts = panel ? [...panel.querySelectorAll("[data-start]")] : [];
  const part = parts.findLast((one) => Number(one.dataset.start) <= start);
  if (part) reveal(part);
}

/** What is selected in the note, as evidence without the white space around it; null when nothing is. */
export function selectedEvidence() {
  const selection = getSelection();
  const text = selection.rangeCount ? selection.getRangeAt(0).startContainer.parentElement?.closest(".note-text") : null;
  if (!text || selection.isCollapsed || !text.contains(selection.getRangeAt(0).endContainer)) return null;
  const range = selection.getRangeAt(0);
  const raw = range.toString();
  const quote = raw.trim();
  if (!quote) return null;
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = count(before.toString()) + count(raw) - count(raw.trimStart());
  return { document_id: text.parentElement.dataset.document, start, end: start + count(quote), quote };
}

/** Keeps a selection visible while the focus is elsewhere. */
export function paintChosen(evidence) {
  paint("chosen", evidence ? [toRange(evidence)].filter(Boolean) : []);
}

function showDocument(panel) {
  panels.forEach((one, index) => {
    one.hidden = one !== panel;
    tabs[index].setAttribute("aria-selected", String(one === panel));
    tabs[index].tabIndex = one === panel ? 0 : -1;
  });
}

function reveal(element) {
  const panel = element.closest("[role=tabpanel]");
  if (panel.hidden) showDocument(panel);
  element.scrollIntoView({ block: "nearest" });
}

function count(text) {
  return Array.from(text).length;
}

function toRange({ document_id: documentId, start, end }) {
  const panel = panels.find((one) => one.dataset.document === documentId);
  const from = panel && findPoint(panel, start);
  const to = panel && findPoint(panel, end);
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

/** The text node and its UTF-16 offset that lie `place` code points into a document. */
function findPoint(panel, place) {
  const part = [...panel.querySelectorAll("[data-start]")].findLast((one) => Number(one.dataset.start) <= place);
  if (!part?.firstChild) return null;
  const inside = Array.from(part.textContent).slice(0, place - Number(part.dataset.start)).join("").length;
  return [part.firstChild, Math.min(inside, part.firstChild.length)];
}

function paint(name, ranges) {
  if (canPaint) CSS.highlights.set(name, new Highlight(...ranges));
}

function clearPaint(name) {
  if (canPaint) CSS.highlights.delete(name);
}
