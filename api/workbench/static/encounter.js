// The coder's page: its keys, its mouse, and the way on. What the acts do is in coding_acts.js.

import * as acts from "./coding_acts.js";
import { call } from "./http.js";
import { bindKeys, onAction } from "./keys.js";
import { isUnchangedSince, mark, openLedger, settled } from "./ledger.js";
import { lightMarks, revealAt } from "./note.js";
import { addLink, tell } from "./notice.js";
import * as rows from "./rows.js";

const state = JSON.parse(document.getElementById("state").textContent);
const path = `/coding/${encodeURIComponent(state.encounter_id)}`;
let drafted = null;

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
    const { body } = await call("POST", `${path}/claim`);
    drafted = mark();
    tell(`Draft claim ${body.claim_id} is with the biller. Enter goes to the next encounter.`);
    if (state.can_bill) addLink(`/billing/${encodeURIComponent(body.claim_id)}`, "Open the claim");
  } catch (error) {
    tell(`No claim was drafted: ${error.message}`);
  }
}

async function next() {
  await settled();
  location.assign(`${path}/next`);
}

function goOn() {
  if (acts.isAskingWhy()) acts.rejectFor();
  else if (isUnchangedSince(drafted)) next();
  else draft();
}

/** Handles a row: the one of the element that was clicked, else the active one. */
const onRow = (handle) => (element) => {
  const row = element?.closest?.(".row") ?? rows.current();
  if (row) handle(row, state.date_of_service);
};
const here = (handle) => () => onRow(handle)();
const add = () => acts.add(state.date_of_service);

bindKeys([
  ["Move", [["j ↓", "Next code", () => rows.step(1)], ["k ↑", "Previous code", () => rows.step(-1)], ["↵", "Draft the claim, then the next encounter", goOn]]],
  ["Decide", [
    ["a", "Accept", here(acts.accept)],
    ["r", "Reject, then 1–9 for the reason", () => (acts.isAskingWhy() ? acts.rejectFor() : here(acts.reject)())],
    ["p", "Replace", here(acts.replace)],
    ["d", "Defer", here(acts.defer)],
    ["u", "Undo, as a new decision", acts.takeBack],
  ]],
  ["Codes", [["n /", "Search and add a code; selected words become its evidence", add], ["m", "Modifiers and units", here(acts.editBilling)]]],
  ["Everywhere", [["Esc", "Close what is open", () => rows.activate(rows.current())]]],
  ["", Array.from({ length: 9 }, (_, index) => [String(index + 1), "", () => acts.isAskingWhy() && acts.chooseReason(index + 1)])],
]);

onAction({
  accept: onRow(acts.accept),
  reject: onRow(acts.reject),
  replace: onRow(acts.replace),
  defer: onRow(acts.defer),
  add,
  draft,
  undo: acts.takeBack,
  cancel: () => rows.activate(rows.current()),
  reason: (element) => acts.rejectFor(element.dataset.reason),
  "replace-by": (element) => acts.replaceBy(rows.current(), element.dataset.code),
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
  if (event.key === "Enter") here(acts.accept)();
}));

openLedger(state);
rows.activate(rows.firstRow());
