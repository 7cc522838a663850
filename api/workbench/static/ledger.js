// What stands decided on this encounter: shown at once, sent in order, taken over from others when they were faster.

import { call } from "./http.js";
import { hush, showSaving, tell } from "./notice.js";
import { Outbox } from "./outbox.js";
import * as rows from "./rows.js";

const standing = new Map();
const acts = [];
let url, etag, seen;
let made = 0;

const outbox = new Outbox({
  async send(decisions, key) {
    const answer = await call("POST", `${url}/decisions`, { body: { decisions }, etag, key });
    etag = answer.etag;
    seen = answer.body.decisions.length;
  },
  reconcile: takeOver,
  changed: (state, message, waiting) => showSaving({ state, message, waiting }, { retry: () => outbox.retry(), discard }),
});

export const settled = () => outbox.settled();

/** A mark of what stands now, and whether nothing was decided since. */
export const mark = () => ({ made });
export const isUnchangedSince = (earlier) => earlier?.made === made;

export function openLedger(state) {
  url = `/v1/encounters/${encodeURIComponent(state.encounter_id)}`;
  ({ etag, seen } = state);
  state.decisions.forEach(remember);
}

/** Decides on a row, so that it can be undone. */
export function decide(row, change) {
  const { id, system, code, subject } = row.dataset;
  acts.push({ subject, before: standing.get(subject) ?? null });
  submit({ suggestion_id: id || null, system, code, ...change });
}

/** A decision can't be unmade: what stood before is decided anew; where nothing stood, the code is set aside. */
export function undo() {
  const act = acts.pop();
  const row = act && rows.findBySubject(act.subject);
  if (!row) return null;
  const { id, system, code } = row.dataset;
  submit(act.before ?? { suggestion_id: id || null, system, code, outcome: id ? "deferred" : "rejected" });
  return row;
}

function submit(decision) {
  made += 1;
  rows.sign(decision, "you");
  remember(decision);
  rows.markFailed(decision, false);
  outbox.add(decision);
}

function remember(decision) {
  const subject = rows.subjectOf(decision);
  standing.set(subject, decision);
  const row = rows.findBySubject(subject) ?? rows.addRow({ ...decision, term: "Added by somebody else" });
  rows.paint(row, decision);
}

async function readAgain() {
  const { body, etag: fresh } = await call("GET", url);
  etag = fresh;
  standing.clear();
  rows.clearAll();
  body.decisions.forEach((recorded) => {
    remember(recorded.decision);
    rows.sign(recorded.decision, recorded.decided_by);
  });
  return body.decisions.map((recorded) => recorded.decision);
}

/** Somebody decided first: theirs is shown, and ours goes on except where both decided on the same code. */
async function takeOver(mine) {
  const before = seen;
  const decisions = await readAgain();
  seen = decisions.length;
  const theirs = new Set(decisions.slice(before).map(rows.subjectOf));
  const isContested = (decision) => theirs.has(rows.subjectOf(decision));
  const free = mine.filter((decision) => !isContested(decision));
  free.forEach(remember);
  const contested = mine.filter(isContested);
  if (contested.length) offer(contested);
  return free;
}

function offer(contested) {
  const codes = [...new Set(contested.map((decision) => decision.code))].join(", ");
  const close = (act) => () => {
    hush();
    contested.forEach(act);
  };
  contested.forEach((decision) => rows.markFailed(decision, true));
  tell(`Somebody else decided on ${codes} meanwhile; their decision is shown.`, [
    ["Send mine", close(submit)],
    ["Keep theirs", close((decision) => rows.markFailed(decision, false))],
  ]);
}

async function discard() {
  outbox.drop();
  await readAgain().catch((error) => tell(error.message));
}
