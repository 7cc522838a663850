// The claim as the server keeps it: what the page was rendered from, its version, and how to render it anew.

import { markChanges } from "./claim_form.js";
import { call, loadPage, newKey } from "./http.js";

/** Read, never written, by the rest of the page. */
export let state = read(document);

const url = `/v1/claims/${encodeURIComponent(state.claim.claim_id)}`;
let etag = state.etag;

export async function saveClaim(claim) {
  ({ etag } = await call("PUT", url, { body: claim, etag, key: newKey() }));
}

export async function saveDecision(decision, key) {
  ({ etag } = await call("POST", `${url}/decisions`, { body: decision, etag, key }));
}

/** Sees what is current without showing it: what is saved next replaces it. */
export async function catchUp() {
  ({ etag } = await call("GET", url));
}

/** Takes the freshly rendered parts of this page in, and keeps the place of the focus. */
export async function refresh() {
  const page = await loadPage(location.href);
  const name = document.activeElement?.name;
  for (const id of ["claim", "review", "decisions", "facts"]) document.getElementById(id).replaceWith(page.getElementById(id));
  state = read(page);
  ({ etag } = state);
  markChanges();
  document.dispatchEvent(new Event("refreshed"));
  if (name) document.querySelector(`#claim [name="${name}"]`)?.focus();
}

function read(page) {
  return JSON.parse(page.getElementById("state").textContent);
}
