// The suggestions as rows: which one is active, and what stands decided on each.

import { fadeMarks } from "./note.js";

const DECIDED = new Set(["accepted", "rejected", "replaced", "added"]);
const template = document.getElementById("added-row");
const reasons = new Map([...document.querySelectorAll("[data-reason]")].map((button) => [button.dataset.reason, button.lastChild.textContent.trim()]));
const rows = () => [...document.querySelectorAll(".row")];
let active = null;

export const current = () => active;
export const isOpen = (row) => !DECIDED.has(row.dataset.state);
export const openNeeded = () => rows().filter((row) => isNeeded(row) && isOpen(row));
/** The server renders the page with this one active. */
export const firstRow = () => document.querySelector(".row[data-active]") ?? rows()[0];
export const findBySubject = (subject) => rows().find((row) => row.dataset.subject === subject);
export const findByKey = (keys) => rows().find((row) => keys.includes(row.dataset.key));
export const findByCode = ({ system, code }) => rows().find((row) => row.dataset.system === system && row.dataset.code === code);
export const detailOf = (row) => document.querySelector(`[data-detail="${row.dataset.key}"]`);

const isNeeded = (row) => row.dataset.tier === "suggested";
const main = (row) => row.querySelector(".row-main");

/** What a decision is about: a suggestion, or a code that a coder added. */
export function subjectOf({ suggestion_id: id, system, code }) {
  return id ? `suggestion ${id}` : `${system} ${code.replace(".", "")}`;
}

/** Makes a row the active one; the page hears of it by the event `activate`. */
export function activate(row) {
  if (!row) return;
  if (active) {
    active.removeAttribute("data-active");
    main(active).tabIndex = -1;
    main(active).removeAttribute("aria-current");
  }
  active = row;
  row.setAttribute("data-active", "");
  main(row).tabIndex = 0;
  main(row).setAttribute("aria-current", "true");
  main(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("activate", { detail: row }));
}

export function step(by) {
  const all = rows();
  activate(all[Math.min(Math.max(all.indexOf(active) + by, 0), all.length - 1)]);
}

/**
 * To the next suggestion that is open, below first. Candidates are visited only from each other: who accepts in a
 * row must not accept what was never looked at. Stays when nothing is left.
 */
export function advance() {
  const all = rows();
  const at = all.indexOf(active);
  const open = [...all.slice(at + 1), ...all.slice(0, at)].filter(isOpen);
  const candidate = isNeeded(active) ? null : all.slice(at + 1).find(isOpen);
  activate(candidate ?? open.find(isNeeded) ?? active);
}

/** Shows what a decision says; `null` is no decision. */
export function paint(row, decision) {
  const outcome = decision?.outcome ?? "open";
  const pressed = { accepted: "accept", rejected: "reject", replaced: "replace", deferred: "defer" }[outcome];
  row.dataset.state = outcome;
  row.querySelector(".said-state").textContent = describe(decision);
  detailOf(row)?.querySelectorAll(".choice").forEach((choice) => choice.setAttribute("aria-pressed", String(choice.dataset.action === pressed)));
  paintProgress();
}

export function clearAll() {
  rows().forEach((row) => paint(row, null));
}

/** Says who decided. */
export function sign(decision, name) {
  const row = findBySubject(subjectOf(decision));
  const line = row && detailOf(row)?.querySelector(".decided-by");
  if (line) line.textContent = `${decision.outcome[0].toUpperCase()}${decision.outcome.slice(1)} by ${name}`;
}

export function markFailed(decision, isFailed) {
  findBySubject(subjectOf(decision))?.toggleAttribute("data-failed", isFailed);
}

/** A row for a code of the coder's own, in the group where its system belongs. */
export function addRow({ system, code, term, evidence = [] }) {
  const row = template.content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { system, code, term, evidence: JSON.stringify(evidence), subject: subjectOf({ system, code }) });
  row.querySelector(".code").textContent = code;
  row.querySelector(".term-text").textContent = term;
  if (evidence.length) row.querySelector(".under").append(Object.assign(document.createElement("q"), { textContent: evidence[0].quote }));
  const group = document.querySelector(`[data-group="${system === "icd10cm" ? "diagnoses" : "procedures"}"]`);
  group.querySelector(".rows").append(row);
  group.querySelector(".empty")?.remove();
  return row;
}

function describe(decision) {
  switch (decision?.outcome) {
    case "rejected":
      if (!decision.suggestion_id) return "Taken back";
      return decision.reason ? `Rejected: ${reasons.get(decision.reason).toLowerCase()}` : "Rejected";
    case "replaced":
      return `Replaced by ${decision.replaced_by}`;
    case "deferred":
      return "Deferred";
    default:
      return "";
  }
}

function paintProgress() {
  fadeMarks(new Set(openNeeded().map((row) => row.dataset.key)));
  const needed = rows().filter(isNeeded);
  const decided = needed.length - openNeeded().length;
  document.getElementById("decided").textContent = decided;
  document.getElementById("decided-share").setAttribute("width", needed.length ? (100 * decided) / needed.length : 100);
}
