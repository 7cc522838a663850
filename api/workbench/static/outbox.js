// Decisions on their way: kept in order, sent one request at a time, retried until the server answers.

import { newKey } from "./http.js";

const FIRST_WAIT_MS = 800;
const LONGEST_WAIT_MS = 20_000;

/**
 * `send(items, key)` resolves when the server has kept them. `reconcile(items)` is called when somebody else was
 * faster; it resolves to the items that are still to be sent. `changed(state, message)` tells the page:
 * saved, saving, retrying, or failed, which ends in `retry()`.
 */
export class Outbox {
  #waiting = [];
  #busy = false;
  #options;
  #settled = [];

  constructor(options) {
    this.#options = { batch: 100, ...options };
    addEventListener("beforeunload", (event) => this.#waiting.length && event.preventDefault());
    addEventListener("online", () => this.retry());
  }

  get isEmpty() {
    return this.#waiting.length === 0;
  }

  add(item) {
    this.#waiting.push(item);
    this.retry();
  }

  /** Forgets what waits; for input that can never be kept. */
  drop() {
    this.#waiting = [];
    this.#tell("saved");
  }

  /** Resolves once everything is kept. */
  settled() {
    return this.isEmpty ? Promise.resolve() : new Promise((resolve) => this.#settled.push(resolve));
  }

  async retry() {
    if (this.#busy || this.isEmpty) return;
    this.#busy = true;
    this.#tell("saving");
    let key = newKey();
    let items = this.#waiting.slice(0, this.#options.batch);
    for (let wait = FIRST_WAIT_MS; items.length; ) {
      try {
        await this.#options.send(items, key);
        this.#waiting.splice(0, items.length);
      } catch (error) {
        if (error.status === 412) {
          if (!(await this.#reconcile(items))) break;
        } else if (error.isTemporary) {
          this.#tell("retrying", error.message);
          await pause(wait);
          wait = Math.min(wait * 2, LONGEST_WAIT_MS);
          continue;
        } else {
          this.#tell("failed", error.message);
          break;
        }
      }
      key = newKey();
      wait = FIRST_WAIT_MS;
      items = this.#waiting.slice(0, this.#options.batch);
    }
    this.#busy = false;
    if (this.isEmpty) {
      this.#tell("saved");
      this.#settled.splice(0).forEach((resolve) => resolve());
    }
  }

  async #reconcile(items) {
    try {
      const rest = await this.#options.reconcile(items);
      this.#waiting.splice(0, items.length, ...rest);
      return true;
    } catch (error) {
      this.#tell("failed", error.message);
      return false;
    }
  }

  #tell(state, message = "") {
    this.#options.changed(state, message, this.#waiting.length);
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
  });
}
