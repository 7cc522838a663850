// Code search in place: a combobox over GET /v1/codes, with codes at hand listed before anything is typed.

import { call } from "./http.js";

const PAUSE_MS = 90;
const panel = document.getElementById("finder");
const title = panel.querySelector("h3");
const input = panel.querySelector("input");
const list = panel.querySelector("ul");
const hint = panel.querySelector(".finder-hint");

let session = null;

/**
 * Resolves to `{system, code, term}`, or to null when it is closed. `system` limits the search to one code system,
 * `on` to the codes in force on a day; `first` holds hits to show at once, each `{code, term, probability}`;
 * `other` is a code that is no answer.
 */
export function findCode({ heading, system, on, first = [], other }) {
  closeFinder();
  return new Promise((resolve) => {
    session = { resolve, system, on, first, other, pending: null, timer: 0 };
    title.textContent = heading;
    input.value = "";
    panel.hidden = false;
    show(first.map((hit) => ({ system, is_billable: true, ...hit })), first.length ? "" : "Type words, an abbreviation or a code.");
    input.focus();
  });
}

export function closeFinder(hit = null) {
  if (!session) return;
  const { resolve, pending, timer } = session;
  clearTimeout(timer);
  pending?.abort();
  session = null;
  panel.hidden = true;
  panel.dispatchEvent(new CustomEvent("close"));
  resolve(hit);
}

input.addEventListener("input", () => {
  clearTimeout(session.timer);
  session.timer = setTimeout(search, PAUSE_MS);
});

input.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) move(step);
  else if (event.key === "Enter") choose(list.querySelector("[aria-selected=true]"));
  else if (event.key === "Escape") closeFinder();
  else return;
  event.preventDefault();
});

list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
panel.querySelector("[data-close]").addEventListener("click", () => closeFinder());

async function search() {
  const current = session;
  const words = input.value.trim();
  current.pending?.abort();
  if (words.length < 2) {
    show(current.first.map((hit) => ({ system: current.system, is_billable: true, ...hit })));
    return;
  }
  current.pending = new AbortController();
  const query = new URLSearchParams({ q: words, limit: "12" });
  if (current.system) query.set("system", current.system);
  if (current.on) query.set("on", current.on);
  try {
    const { body } = await call("GET", `/v1/codes?${query}`, { signal: current.pending.signal });
    if (current === session) show(body.codes, body.codes.length ? "" : `Nothing found for “${words}”.`);
  } catch (error) {
    if (error.name !== "AbortError" && current === session) show([], error.message);
  }
}

function show(hits, message = "") {
  list.replaceChildren(...hits.filter((hit) => hit.code !== session.other).map(toOption));
  hint.textContent = message;
  select(list.querySelector("[role=option]:not([aria-disabled])"));
}

function toOption(hit, index) {
  const option = document.createElement("li");
  option.id = `hit-${index}`;
  option.setAttribute("role", "option");
  Object.assign(option.dataset, { system: hit.system, code: hit.code, term: hit.term });
  if (!hit.is_billable) option.setAttribute("aria-disabled", "true");
  const right = hit.probability !== undefined ? `${Math.round(hit.probability * 100)}%` : hit.is_billable ? SHORT[hit.system] ?? "" : "category";
  option.append(make("code", hit.code), make("span", hit.term), make("small", right));
  return option;
}

const SHORT = { icd10cm: "ICD", icd10pcs: "PCS", cpt: "CPT", hcpcs: "HCPCS" };

function make(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

function move(step) {
  const options = [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  select(options[(at + step + options.length) % options.length]);
}

function select(option) {
  list.querySelectorAll("[aria-selected]").forEach((one) => one.removeAttribute("aria-selected"));
  input.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
}

function choose(option) {
  if (!option || option.hasAttribute("aria-disabled")) return;
  const { system, code, term } = option.dataset;
  closeFinder({ system, code, term });
}
