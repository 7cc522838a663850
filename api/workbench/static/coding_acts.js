// What a coder does to a code. Each act moves the cursor on at once; the answer of the server is never waited for.

import { closeFinder, findCode } from "./finder.js";
import { say } from "./keys.js";
import { decide, undo } from "./ledger.js";
import { lightMarks, lightPlaces, paintChosen, selectedEvidence } from "./note.js";
import { hush, tell } from "./notice.js";
import * as rows from "./rows.js";

const reasons = document.getElementById("reasons");
const finder = document.getElementById("finder");

export const isAskingWhy = () => !reasons.hidden;

export function accept(row) {
  if (!row.dataset.id) {
    keepAdded(row);
    return;
  }
  const billed = readBilling(row);
  if (billed) act(row, { outcome: "accepted", ...billed });
}

/** A suggestion asks for the reason first; a code of the coder's own is taken back. */
export function reject(row) {
  rows.activate(row);
  if (!row.dataset.id) {
    if (row.dataset.state === "added") act(row, { outcome: "rejected" });
    return;
  }
  setChoosing(true);
  reasons.hidden = false;
  reasons.querySelector("[autofocus]").focus();
}

export function rejectFor(reason) {
  act(rows.current(), reason ? { outcome: "rejected", reason } : { outcome: "rejected" });
}

export function chooseReason(number) {
  reasons.querySelectorAll("[data-reason]")[number - 1].click();
}

export function defer(row) {
  if (row.dataset.id) act(row, { outcome: "deferred" });
}

export async function replace(row, on) {
  if (!row.dataset.id) return;
  rows.activate(row);
  setChoosing(true);
  const others = [...rows.detailOf(row).querySelectorAll(".alternatives [data-code]")];
  const first = others.map(({ dataset }) => ({ ...dataset, probability: Number(dataset.probability) }));
  const { system, code } = row.dataset;
  const hit = await findCode({ heading: `Replace ${code} by`, system, on, first, other: code });
  if (hit) replaceBy(row, hit.code);
}

export function replaceBy(row, code) {
  const billed = readBilling(row);
  if (billed) act(row, { outcome: "replaced", replaced_by: code, ...billed });
}

/** The selected words become the evidence. A code that is suggested already is accepted instead. */
export async function add(on) {
  const evidence = [selectedEvidence()].filter(Boolean);
  setChoosing(true);
  paintChosen(evidence[0]);
  const heading = evidence.length ? `Add a code for “${evidence[0].quote.slice(0, 60)}”` : "Add a code";
  const hit = await findCode({ heading, on });
  if (!hit) return;
  getSelection().removeAllRanges();
  const row = rows.findByCode(hit) ?? rows.addRow({ ...hit, evidence });
  decide(row, { outcome: row.dataset.id ? "accepted" : "added", evidence });
  row.scrollIntoView({ block: "nearest" });
  say(`${hit.code} added.`);
}

export function takeBack() {
  const row = undo();
  if (row) rows.activate(row);
  say(row ? `${row.dataset.code}: undone.` : "Nothing to undo.");
}

export function editBilling(row) {
  rows.detailOf(row)?.querySelector("[name=modifiers]")?.select();
}

export function closePanels() {
  reasons.hidden = true;
  closeFinder();
}

function act(row, change) {
  closePanels();
  hush("");
  decide(row, change);
  rows.advance();
  const now = rows.current();
  say(`${row.dataset.code} ${change.outcome}. ${now === row ? "Nothing else is open." : `Now ${now.dataset.code}.`}`);
}

function keepAdded(row) {
  if (row.dataset.state === "added") rows.advance();
  else act(row, { outcome: "added", evidence: JSON.parse(row.dataset.evidence) });
}

/** Modifiers and units as typed: nothing for a diagnosis, null when they are malformed. */
function readBilling(row) {
  const field = rows.detailOf(row).querySelector("[name=modifiers]");
  if (!field) return {};
  const modifiers = field.value.toUpperCase().split(/[\s,]+/).filter(Boolean);
  const units = Number(rows.detailOf(row).querySelector("[name=units]").value);
  const isRight = modifiers.length <= 4 && modifiers.every((one) => /^[0-9A-Z]{2}$/.test(one)) && Number.isInteger(units) && units > 0;
  field.setAttribute("aria-invalid", String(!isRight));
  if (isRight) return { modifiers, units };
  tell("Modifiers have two characters each, at most four of them; units are 1 or more.");
  field.focus();
  return null;
}

function setChoosing(isOn) {
  document.body.toggleAttribute("data-choosing", isOn);
}

finder.addEventListener("close", () => {
  setChoosing(false);
  paintChosen(null);
  rows.activate(rows.current());
});

document.addEventListener("activate", ({ detail: row }) => {
  closePanels();
  setChoosing(false);
  const key = row.dataset.key ?? "added";
  document.querySelectorAll("[data-detail]").forEach((detail) => (detail.hidden = detail.dataset.detail !== key));
  if (row.dataset.key) lightMarks(key);
  else showAdded(row);
});

function showAdded(row) {
  const detail = document.querySelector('[data-detail="added"]');
  detail.querySelector("code").textContent = row.dataset.code;
  detail.querySelector("h2").textContent = row.dataset.term;
  lightPlaces(JSON.parse(row.dataset.evidence));
}
