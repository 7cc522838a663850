// The biller's page: correct and review again, then decide.

import { discardChanges, focusField, isChanged, lightFields, markChanges, readClaim } from "./claim_form.js";
import { call, loadPage, newKey } from "./http.js";
import { bindKeys, onAction, say } from "./keys.js";
import { hush, showSaving, tell } from "./notice.js";
import { Outbox } from "./outbox.js";
import { applyPatch } from "./patch.js";

const dialog = document.getElementById("reason");
let state = readState(document);
let etag = state.etag;
let isBusy = false;

const url = `/v1/claims/${encodeURIComponent(state.claim.claim_id)}`;
const outbox = new Outbox({
  batch: 1,
  async send([decision], key) {
    ({ etag } = await call("POST", `${url}/decisions`, { body: decision, etag, key }));
  },
  async reconcile(decisions) {
    await refresh();
    tell("Somebody else changed this claim meanwhile: look again, then decide.");
    press(null);
    return decisions.slice(decisions.length);
  },
  changed: (name, message, waiting) => showSaving({ state: name, message, waiting }, { retry: () => outbox.retry(), discard }),
});

/* ---- decide ---- */

const SAID = { fixed: "Fixed", overridden: "Overridden", held: "Held", released: "Released", submitted: "Submitted" };

function decide(outcome, reason = "") {
  hush();
  press(outcome);
  outbox.add({ outcome, reason });
  say(`${SAID[outcome]}. Enter goes to the next claim.`);
  outbox.settled().then(refresh).catch(() => {});
}

function start(outcome, hint = "") {
  if (isChanged()) tell("Save and review the changes first, or discard them.");
  else if (outcome === "overridden" || outcome === "held") ask(outcome, hint);
  else decide(outcome);
}

function ask(outcome, hint) {
  const text = dialog.querySelector("textarea");
  text.value = hint;
  text.required = outcome === "overridden";
  dialog.querySelector("h2").textContent = outcome === "held" ? "Hold this claim" : "Override the advice";
  dialog.querySelector("label").textContent = outcome === "held" ? "What is it waiting for? (optional)" : "Why does it go out as it is?";
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "ok" && decide(outcome, text.value.trim());
  dialog.showModal();
  text.focus();
}

function press(outcome) {
  document.querySelectorAll(".decide").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.action === outcome)));
}

function discard() {
  outbox.drop();
  hush();
  refresh();
}

/* ---- correct ---- */

async function review(claim = readClaim(state.claim)) {
  if (isBusy) return;
  if (!claim) {
    tell("A marked field can't be read.");
    return;
  }
  setBusy(true);
  try {
    ({ etag } = await call("PUT", url, { body: claim, etag, key: newKey() }));
    const before = state.probability;
    await refresh();
    hush();
    document.getElementById("main").focus();
    say(`Reviewed: risk ${percent(before)} before, ${percent(state.probability)} now.`);
  } catch (error) {
    await explain(error);
  }
  setBusy(false);
}

/** What was typed stays in the form, also when the claim was changed elsewhere. */
async function explain(error) {
  if (error.status !== 412) {
    tell(`Not saved: ${error.message}`, [["Try again", () => review()]]);
    return;
  }
  ({ etag } = await call("GET", url));
  tell("Somebody else changed this claim meanwhile. Yours is still in the form.", [["Save mine over it", () => review()], ["Show theirs", () => refresh().then(() => hush())]]);
}

function apply(fix) {
  if (isChanged()) tell("Save and review the changes first, or discard them.");
  else if (fix.needs === "biller") review(applyPatch(state.claim, fix.change));
  else start("held", `Needs ${fix.needs}: ${fix.label}`);
}

function setBusy(isOn) {
  isBusy = isOn;
  document.getElementById("review").setAttribute("aria-busy", String(isOn));
  onInput();
}

function onInput() {
  const has = markChanges();
  document.querySelectorAll("[data-action=review], [data-action=discard]").forEach((button) => (button.disabled = isBusy || !has));
}

/** Takes the freshly rendered parts of this page in, and keeps the place of the focus. */
async function refresh() {
  const page = await loadPage(location.href);
  const name = document.activeElement?.name;
  for (const id of ["claim", "review", "decisions", "facts"]) document.getElementById(id).replaceWith(page.getElementById(id));
  state = readState(page);
  etag = state.etag;
  active = -1;
  onInput();
  if (name) document.querySelector(`#claim [name="${name}"]`)?.focus();
}

function readState(page) {
  return JSON.parse(page.getElementById("state").textContent);
}

function percent(probability) {
  return `${Math.round(probability * 100)}%`;
}

/* ---- findings ---- */

let active = -1;
const findings = () => [...document.querySelectorAll("[data-item]")];

function go(to) {
  const all = findings();
  if (!all.length) return;
  all[active]?.removeAttribute("data-active");
  active = Math.min(Math.max(to, 0), all.length - 1);
  const { fields = "", lines = "" } = all[active].dataset;
  all[active].setAttribute("data-active", "");
  all[active].scrollIntoView({ block: "nearest" });
  all[active].querySelector("button")?.focus({ preventScroll: true });
  lightFields(fields.split(" ").filter(Boolean), lines.split(" ").filter(Boolean));
}

async function next() {
  await outbox.settled();
  location.assign(`/billing/${encodeURIComponent(state.claim.claim_id)}/next`);
}

const outcomes = Object.fromEntries(Object.keys(SAID).map((outcome) => [outcome, () => start(outcome)]));

onAction({
  ...outcomes,
  review: () => review(),
  discard: () => {
    discardChanges();
    onInput();
  },
  edit: focusField,
  next: (_, event) => {
    event.preventDefault();
    next();
  },
  apply: (element) => apply(state.fixes[Number(element.dataset.fix)]),
});

bindKeys([
  ["Move", [["j ↓", "Next finding, fix or factor", () => go(active + 1)], ["k ↑", "Previous", () => go(active - 1)], ["↵", "Next claim", () => next()]]],
  ["Correct", [["e", "Edit the field in question", focusField], ["Ctrl+↵", "Save and review again", () => review()], ["Esc", "Leave the field", () => document.activeElement.blur()]]],
  ["Decide", [["f", "Fixed", outcomes.fixed], ["o", "Override, with a reason", outcomes.overridden], ["h", "Hold", outcomes.held], ["l", "Release", outcomes.released], ["s", "Submit", outcomes.submitted]]],
]);

document.addEventListener("input", (event) => event.target.closest("#claim") && onInput());
document.addEventListener("submit", (event) => event.target.id === "claim" && event.preventDefault());
document.addEventListener("click", ({ target }) => {
  const item = target.closest("[data-item]");
  if (item && !target.closest("[data-action]")) go(findings().indexOf(item));
});
addEventListener("beforeunload", (event) => isChanged() && event.preventDefault());
