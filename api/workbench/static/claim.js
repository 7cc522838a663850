// The biller's page: find what is wrong, correct it, review again, decide.

import { OUTCOMES, settled, start } from "./claim_decisions.js";
import { discardChanges, focusField, isChanged, lightFields, markChanges, readClaim } from "./claim_form.js";
import { catchUp, refresh, saveClaim, state } from "./claim_store.js";
import { bindKeys, onAction, say } from "./keys.js";
import { hush, tell } from "./notice.js";
import { applyPatch } from "./patch.js";

const percent = (probability) => `${Math.round(probability * 100)}%`;
const findings = () => [...document.querySelectorAll("[data-item]")];
let active = -1;
let isBusy = false;

/* ---- correct ---- */

async function review(claim = readClaim(state.claim)) {
  if (isBusy) return;
  if (!claim) {
    tell("A marked field can't be read.");
    return;
  }
  setBusy(true);
  try {
    const before = state.risk;
    await saveClaim(claim);
    await refresh();
    hush();
    document.getElementById("main").focus();
    say(`Reviewed: risk ${percent(before)} before, ${percent(state.risk)} now.`);
  } catch (error) {
    await explain(error, claim);
  }
  setBusy(false);
}

/** What was typed stays in the form, also when the claim was changed elsewhere. */
async function explain(error, claim) {
  if (error.status !== 412) {
    tell(`Not saved: ${error.message}`, [["Try again", () => review(claim)]]);
    return;
  }
  const show = () => refresh().then(() => hush());
  await catchUp().catch(() => {});
  tell("Somebody else changed this claim meanwhile. Yours is still in the form.", [["Save mine over it", () => review(claim)], ["Show theirs", show]]);
}

/** What a biller may change is applied; what others must do first holds the claim, with the reason filled in. */
function apply(fix) {
  if (isChanged()) tell("Save and review the changes first, or discard them.");
  else if (fix.needs === "biller") review(applyPatch(state.claim, fix.change));
  else start("held", `Needs ${fix.needs}: ${fix.label}`);
}

function setBusy(isOn) {
  isBusy = isOn;
  document.getElementById("review").setAttribute("aria-busy", String(isOn));
  showChanges();
}

function showChanges() {
  const isIdle = isBusy || !markChanges();
  document.querySelectorAll("[data-action=review], [data-action=discard]").forEach((button) => (button.disabled = isIdle));
}

/* ---- find ---- */

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
  await settled();
  location.assign(`/billing/${encodeURIComponent(state.claim.claim_id)}/next`);
}

/* ---- keys and mouse ---- */

const decide = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, () => start(outcome)]));

const appeal = document.querySelector("[data-appeal]");
const toAppeal = appeal ? [["d", "Denial and appeal", () => location.assign(appeal.href)]] : [];

bindKeys([
  ["Move", [["j ↓", "Next finding, fix or factor", () => go(active + 1)], ["k ↑", "Previous", () => go(active - 1)], ["↵", "Next claim", next], ...toAppeal]],
  ["Correct", [["e", "Edit the field in question", focusField], ["Ctrl+↵", "Save and review again", () => review()], ["Esc", "Leave the field", () => document.activeElement.blur()]]],
  ["Decide", [["f", "Fixed", decide.fixed], ["o", "Override, with a reason", decide.overridden], ["h", "Hold", decide.held], ["l", "Release", decide.released], ["s", "Submit", decide.submitted]]],
]);

onAction({
  ...decide,
  edit: focusField,
  review: () => review(),
  apply: (element) => apply(state.fixes[Number(element.dataset.fix)]),
  discard: () => {
    discardChanges();
    showChanges();
  },
  next: (_, event) => {
    event.preventDefault();
    next();
  },
});

document.addEventListener("refreshed", () => {
  active = -1;
  showChanges();
});
document.addEventListener("input", (event) => event.target.closest("#claim") && showChanges());
document.addEventListener("submit", (event) => event.target.id === "claim" && event.preventDefault());
document.addEventListener("click", ({ target }) => {
  const item = target.closest("[data-item]");
  if (item && !target.closest("[data-action]")) go(findings().indexOf(item));
});
addEventListener("beforeunload", (event) => isChanged() && event.preventDefault());
