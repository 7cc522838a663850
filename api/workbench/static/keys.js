// One table of keys a page: it drives the page and is what `?` shows.

const dialog = document.getElementById("keys");

/**
 * `groups` is [[title, [[keys, label, action], ...]], ...] with `keys` such as "j ↓" (any of them acts).
 * An action that returns false leaves the key to the browser.
 */
export function bindKeys(groups) {
  const actions = new Map(groups.flatMap(([, rows]) => rows.flatMap(([keys, , act]) => keys.split(" ").map((key) => [NAMES[key] ?? key, act]))));
  actions.set("?", showKeys);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const key = event.ctrlKey || event.metaKey ? `Ctrl+${event.key}` : event.key;
    if (!actions.has(key) || (!key.startsWith("Ctrl+") && belongsToField(event))) return;
    if (actions.get(key)(event) !== false) event.preventDefault();
  });
  fillDialog(groups);
  onAction({ keys: showKeys });
}

/** Clicks on `data-action` elements, by the action's name; the element itself is passed on. */
export function onAction(handlers) {
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-action]");
    const handle = element && handlers[element.dataset.action];
    if (handle) handle(element, event);
  });
}

export function say(text) {
  document.getElementById("said").textContent = text;
}

const NAMES = { "↓": "ArrowDown", "↑": "ArrowUp", "↵": "Enter", Esc: "Escape", "Ctrl+↵": "Ctrl+Enter" };

/** Keys that the focused element needs itself: text in fields, Enter on buttons and links, arrows in the note. */
function belongsToField({ key, target }) {
  if (key === "Escape") return false;
  if (target.closest("input, textarea, select, [role=tab]")) return true;
  if (key === "Enter") return target.closest("button:not(.row-main), a[href], summary") !== null;
  return key.startsWith("Arrow") && target.closest(".note, form") !== null;
}

function showKeys() {
  dialog.showModal();
}

function fillDialog(groups) {
  dialog.querySelector(".keys").replaceChildren(...groups.map(([title, rows]) => {
    const part = document.createElement("div");
    const head = document.createElement("p");
    head.textContent = title;
    const list = document.createElement("dl");
    list.append(...rows.filter(([, label]) => label).flatMap(([keys, label]) => {
      const name = document.createElement("dt");
      name.append(...keys.split(" ").map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
      return [name, Object.assign(document.createElement("dd"), { textContent: label })];
    }));
    part.append(head, list);
    return part;
  }));
}
