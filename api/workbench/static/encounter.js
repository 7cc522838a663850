// The coder's page: acts of the hand, by key and by mouse. What they change is in ledger.js, what shows it in rows.js.

import { closeFinder, findCode } from "./finder.js";
import { call } from "./http.js";
import { bindKeys, onAction, say } from "./keys.js";
import { decide, openLedger, settled, undo } from "./ledger.js";
import { lightMarks, lightPlaces, paintChosen, revealAt, selectedEvidence } from "./note.js";
import { addLink, tell } from "./notice.js";
import * as rows from "./rows.js";

const state = JSON.parse(document.getElementById("state").textContent);
const reasons = document.getElementById("reasons");
const pathOf = (area, id) => `/${area}/${encodeURIComponent(id)}`;
let isDrafted = false;

/* ---- decide ---- */

/** The cursor moves on with the key press; the answer of the server is never waited for. */
function act(row, change) {
  closePanels();
  isDrafted = false;
  decide(row, change);
  rows.advance();
  const now = rows.current();
  say(`${row.dataset.code} ${change.outcome}. ${now === row ? "Nothing else is open." : `Now ${now.dataset.code}.`}`);
}

function accept(row) {
  const billed = row.dataset.id && readBilling(row);
  if (billed) act(row, { outcome: "accepted", ...billed });
}

function reject(row) {
  if (!row.dataset.id) {
    decide(row, { outcome: row.dataset.state === "added" ? "rejected" : "added" });
    return;
  }
  rows.activate(row);
  choosing(true);
  reasons.hidden = false;
  reasons.querySelector("[autofocus]").focus();
}

function rejectFor(reason) {
  act(rows.current(), reason ? { outcome: "rejected", reason } : { outcome: "rejected" });
}

function defer(row) {
  if (row.dataset.id) act(row, { outcome: "deferred" });
}

async function replace(row) {
  if (!row.dataset.id) return;
  rows.activate(row);
  choosing(true);
  const others = [...rows.detailOf(row).querySelectorAll(".alternatives [data-code]")];
  const first = others.map(({ dataset }) => ({ ...dataset, probability: Number(dataset.probability) }));
  const { system, code } = row.dataset;
  const hit = await findCode({ heading: `Replace ${code} by`, system, on: state.date_of_service, first });
  if (hit) replaceBy(row, hit.code);
}

function replaceBy(row, code) {
  const billed = readBilling(row);
  if (billed) act(row, { outcome: "replaced", replaced_by: code, ...billed });
}

/** The selected words become the evidence. A code that is suggested already is accepted instead. */
async function add() {
  const evidence = [selectedEvidence()].filter(Boolean);
  choosing(true);
  paintChosen(evidence[0]);
  const heading = evidence.length ? `Add a code for “${evidence[0].quote.slice(0, 60)}”` : "Add a code";
  const hit = await findCode({ heading, on: state.date_of_service });
  if (!hit) return;
  getSelection().removeAllRanges();
  const row = rows.findByCode(hit) ?? rows.addRow({ ...hit, evidence });
  isDrafted = false;
  decide(row, row.dataset.id ? { outcome: "accepted", evidence } : { outcome: "added", evidence });
  rows.activate(row);
  say(`${hit.code} added.`);
}

function takeBack() {
  const row = undo();
  if (row) rows.activate(row);
  say(row ? `${row.dataset.code}: undone.` : "Nothing to undo.");
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

/* ---- what is beside the note ---- */

function choosing(isOn) {
  document.body.toggleAttribute("data-choosing", isOn);
}

function closePanels() {
  reasons.hidden = true;
  closeFinder();
}

function onClose() {
  choosing(false);
  paintChosen(null);
  if (rows.current()) rows.activate(rows.current());
}

document.getElementById("finder").addEventListener("close", onClose);

function cancel() {
  closePanels();
  onClose();
}

document.addEventListener("activate", ({ detail: row }) => {
  closePanels();
  choosing(false);
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

/* ---- leave ---- */

async function draft() {
  const open = rows.openNeeded();
  if (open.length) {
    tell(`${open.length === 1 ? "One suggestion is" : `${open.length} suggestions are`} still open.`);
    rows.activate(open[0]);
    return;
  }
  tell("Drafting the claim…");
  await settled();
  try {
    const { body } = await call("POST", `${pathOf("coding", state.encounter_id)}/claim`);
    isDrafted = true;
    tell(`Draft claim ${body.claim_id} is with the biller. Enter goes to the next encounter.`);
    if (state.can_bill) addLink(pathOf("billing", body.claim_id), "Open the claim");
  } catch (error) {
    tell(`No claim was drafted: ${error.message}`);
  }
}

async function next() {
  await settled();
  location.assign(`${pathOf("coding", state.encounter_id)}/next`);
}

/* ---- keys and mouse ---- */

const onRow = (handle) => (element) => {
  const row = element?.closest?.(".row") ?? rows.current();
  if (row) handle(row);
};
const choose = (number) => !reasons.hidden && reasons.querySelectorAll("[data-reason]")[number - 1].click();
const here = (handle) => () => onRow(handle)();

bindKeys([
  ["Move", [["j ↓", "Next code", () => rows.step(1)], ["k ↑", "Previous code", () => rows.step(-1)], ["↵", "Draft the claim, then the next encounter", () => (reasons.hidden ? (isDrafted ? next() : draft()) : rejectFor())]]],
  ["Decide", [["a", "Accept", here(accept)], ["r", "Reject, then 1–9 for the reason", () => (reasons.hidden ? here(reject)() : rejectFor())], ["p", "Replace", here(replace)], ["d", "Defer", here(defer)], ["u", "Undo, as a new decision", takeBack]]],
  ["Codes", [["n /", "Search and add a code; selected words become its evidence", add], ["m", "Modifiers and units", here((row) => rows.detailOf(row)?.querySelector("[name=modifiers]")?.select())]]],
  ["Everywhere", [["Esc", "Close what is open", cancel]]],
  ["", Array.from({ length: 9 }, (_, index) => [String(index + 1), "", () => choose(index + 1)])],
]);

onAction({
  accept: onRow(accept), reject: onRow(reject), replace: onRow(replace), defer: onRow(defer),
  add, undo: takeBack, draft, cancel,
  reason: (element) => rejectFor(element.dataset.reason),
  "replace-by": (element) => replaceBy(rows.current(), element.dataset.code),
  next: (_, event) => {
    event.preventDefault();
    next();
  },
});

document.addEventListener("click", ({ target }) => {
  const row = target.closest(".row-main")?.closest(".row");
  const pointer = target.closest(".pointer[data-ref]");
  const part = target.closest(".note [data-refs]");
  if (row) rows.activate(row);
  if (pointer) lightMarks(pointer.dataset.ref);
  if (pointer?.dataset.at) revealAt(pointer.dataset.document, Number(pointer.dataset.at));
  if (part && getSelection().isCollapsed) rows.activate(rows.findByKey(part.dataset.refs.split(" ")));
});

document.querySelectorAll(".billed input").forEach((input) => input.addEventListener("keydown", (event) => {
  if (event.key === "Enter") here(accept)();
  else if (event.key === "Escape") rows.activate(rows.current());
}));

openLedger(state);
rows.activate(rows.firstRow());
