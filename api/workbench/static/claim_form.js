// The claim as a form: fields named by their JSON pointer, read back into a claim.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY";
const form = () => document.getElementById("claim");
const fields = () => [...form().querySelectorAll("input")];

export const isChanged = () => fields().some((field) => field.value !== field.defaultValue);

/** Marks what differs from the stored claim; true when anything does. */
export function markChanges() {
  fields().forEach((field) => {
    field.toggleAttribute("data-changed", field.value !== field.defaultValue);
    field.removeAttribute("aria-invalid");
  });
  return isChanged();
}

export function discardChanges() {
  form().reset();
  markChanges();
}

/** The stored claim with what the form says now; null, with the field marked, when something can't be read. */
export function readClaim(stored) {
  const claim = structuredClone(stored);
  const kept = fields().filter((field) => isDiagnosis(field) && field.value.trim());
  claim.diagnoses = kept.map((field) => field.value.trim().toUpperCase());
  const letters = kept.map((field) => LETTERS[Number(field.name.split("/").at(-1))]);
  const unreadable = fields().filter((field) => !isDiagnosis(field) && !readInto(claim, field, letters));
  unreadable.forEach((field) => field.setAttribute("aria-invalid", "true"));
  unreadable[0]?.focus();
  return unreadable.length ? null : claim;
}

/** Shows what an edit, a fix or a factor is about: fields by JSON pointer, lines by number. */
export function lightFields(pointers, lines) {
  fields().forEach((field) => field.toggleAttribute("data-lit", pointers.some((pointer) => isAbout(field.name, pointer))));
  form().querySelectorAll("[data-line]").forEach((row) => row.toggleAttribute("data-lit", lines.includes(row.dataset.line)));
  (form().querySelector("input[data-lit]") ?? form().querySelector("tr[data-lit]"))?.scrollIntoView({ block: "nearest" });
}

export function focusField() {
  const field = form().querySelector("input[data-lit]") ?? form().querySelector(".lines input");
  field.focus();
  field.select();
}

const isDiagnosis = (field) => field.name.startsWith("/diagnoses/");
const isAbout = (name, pointer) => name === pointer || name.startsWith(`${pointer}/`) || pointer.startsWith(`${name}/`);

const READERS = {
  optional: (text) => text || null,
  modifiers: (text) => matchAll(text.toUpperCase().split(/[\s,]+/).filter(Boolean), /^[0-9A-Z]{2}$/),
  count: (text) => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined),
  cents: (text) => (/^\d{1,9}(\.\d{1,2})?$/.test(text.replaceAll(",", "")) ? toCents(text.replaceAll(",", "")) : undefined),
};

/** Sets the field's value at its place; false when it can't be read. A pointer follows its diagnosis when letters move. */
function readInto(claim, field, letters) {
  const path = field.name.slice(1).split("/");
  const last = path.pop();
  const text = field.value.trim();
  const value = field.dataset.kind === "pointers" ? readPointers(text, letters) : (READERS[field.dataset.kind] ?? String)(text);
  const owner = path.reduce((part, name) => part[name], claim);
  owner[last] = last === "code" ? value.toUpperCase() : value;
  return value !== undefined;
}

function readPointers(text, letters) {
  const typed = matchAll(text.toUpperCase().split(/[\s,]*/).filter(Boolean), /^[A-Y]$/);
  return typed?.map((letter) => letters.indexOf(letter) + 1).filter((number) => number > 0);
}

function matchAll(parts, shape) {
  return parts.every((part) => shape.test(part)) ? parts : undefined;
}

/** Without floating point: "185.5" is 18550. */
function toCents(text) {
  const [whole, part = ""] = text.split(".");
  return Number(whole) * 100 + Number(part.padEnd(2, "0"));
}
