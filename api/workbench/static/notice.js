// The line under the bar that says what needs the reader, with what can be done about it.

const notice = document.getElementById("notice");

/** `choices` is [[label, act], ...]. `about` names what a later hush is for. */
export function tell(text, choices = [], about = "") {
  notice.dataset.about = about;
  notice.hidden = false;
  notice.replaceChildren(text, ...[...choices, ["Close", () => hush()]].map(([label, act]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", act);
    return button;
  }));
}

export function addLink(href, text) {
  notice.lastChild.before(Object.assign(document.createElement("a"), { href, textContent: text, className: "button" }));
}

/** Takes the notice away, unless it is about something else. */
export function hush(about) {
  if (about === undefined || notice.dataset.about === about) notice.hidden = true;
}

const SAVING = { saved: "Saved", saving: "Saving…", retrying: "Not saved yet, trying again", failed: "Not saved" };

/** Shows where the outbox stands; a failure stays until it is tried again or discarded. */
export function showSaving({ state, message, waiting }, { retry, discard }) {
  const sign = document.getElementById("saving");
  sign.dataset.state = state;
  sign.textContent = SAVING[state];
  if (state === "failed") tell(`${message} ${waiting} not saved.`, [["Try again", retry], ["Discard", discard]], "saving");
  else if (state !== "retrying") hush("saving");
}
