// What a biller decides on a claim: asked for a reason where one is owed, shown at once, queued and sent.

import { isChanged } from "./claim_form.js";
import { refresh, saveDecision, state } from "./claim_store.js";
import { say } from "./keys.js";
import { hush, showSaving, tell } from "./notice.js";
import { Outbox } from "./outbox.js";

const SAID = { fixed: "Fixed", overridden: "Overridden", held: "Held", released: "Released", submitted: "Submitted" };
const QUESTIONS = {
  overridden: ["Override the advice", "The advice is to hold. Why does it go out as it is?"],
  held: ["Hold this claim", "What is it waiting for? (optional)"],
  submitted: ["Submit this claim", "A submitted claim can't be changed any more. Note (optional)"],
};
const dialog = document.getElementById("reason");
const text = dialog.querySelector("textarea");

const outbox = new Outbox({
  batch: 1,
  send: ([decision], key) => saveDecision(decision, key),
  async reconcile() {
    await refresh();
    tell("Somebody else changed this claim meanwhile: look again, then decide.");
    return [];
  },
  changed: (name, message, waiting) => showSaving({ state: name, message, waiting }, { retry: () => outbox.retry(), discard }),
});

export const OUTCOMES = Object.keys(SAID);
export const settled = () => outbox.settled();

/** What goes out against the advice needs a reason; what can't be taken back is asked once more. */
export function start(outcome, hint = "") {
  const isAgainstAdvice = state.disposition === "hold" && state.outcome !== "overridden";
  if (isChanged()) tell("Save and review the changes first, or discard them.");
  else if (["released", "submitted"].includes(outcome) && isAgainstAdvice) ask("overridden", hint);
  else if (outcome in QUESTIONS) ask(outcome, hint);
  else decide(outcome);
}

function ask(outcome, hint) {
  [dialog.querySelector("h2").textContent, dialog.querySelector("label").textContent] = QUESTIONS[outcome];
  text.value = hint;
  text.required = outcome === "overridden";
  dialog.returnValue = "";
  dialog.onclose = () => dialog.returnValue === "ok" && decide(outcome, text.value.trim());
  dialog.showModal();
  (outcome === "submitted" ? dialog.querySelector(".primary") : text).focus();
}

dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  dialog.querySelector(".primary").click();
});

function decide(outcome, reason = "") {
  hush();
  document.querySelectorAll(".decide").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.action === outcome)));
  say(`${SAID[outcome]}. Enter goes to the next claim.`);
  outbox.add({ outcome, reason });
  outbox.settled().then(refresh).catch((error) => tell(error.message));
}

function discard() {
  outbox.drop();
  hush();
  refresh().catch((error) => tell(error.message));
}
