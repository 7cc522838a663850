// Calls to the service: same origin, the session's cookie and token, errors with their status.

const token = document.querySelector('meta[name="csrf-token"]').content;

/** `status` is 0 when no answer came. `message` is meant for people. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Resolves to `{body, etag}`; rejects with HttpError, or with AbortError when `signal` says so. */
export async function call(method, url, { body, etag, key, signal } = {}) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  if (key) headers["Idempotency-Key"] = key;
  const response = await reach(url, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!response.ok) throw new HttpError(response.status, await explain(response));
  return { body: response.status === 204 ? null : await response.json(), etag: response.headers.get("ETag") };
}

/** A page of ours as a document, to take parts from. */
export async function loadPage(url) {
  const response = await reach(url, {});
  if (!response.ok) throw new HttpError(response.status, await explain(response));
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Unguessable and unique; works on plain http too, where crypto.randomUUID does not. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function reach(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new HttpError(0, "The server can't be reached.");
  }
}

async function explain(response) {
  if (response.status === 401) return "You are signed out. Sign in again in another tab, then retry.";
  const problem = await response.json().catch(() => ({}));
  const rules = (problem.errors ?? []).map((error) => error.expected).filter(Boolean);
  return rules.length ? `${problem.title}: expected ${rules.join("; ")}.` : problem.detail ?? problem.title ?? `Error ${response.status}`;
}
