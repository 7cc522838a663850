// The page about a denial: its letter is copied or printed, and the appeal recorded.

import { call, newKey } from "./http.js";
import { bindKeys, onAction, say } from "./keys.js";
import { tell } from "./notice.js";

const letter = document.getElementById("letter");
const dialog = document.getElementById("reason");
const back = document.querySelector("[data-back]").getAttribute("href");

/** Without the right to write to the clipboard the letter is marked, and the browser's own key copies it. */
async function copy() {
  try {
    await navigator.clipboard.writeText(letter.textContent);
    say("The letter is copied.");
  } catch {
    getSelection().selectAllChildren(letter);
    tell("The letter is marked: copy it with Ctrl C.");
  }
}

function ask() {
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("textarea").focus();
}

async function record(reason) {
  const address = `/v1/claims/${back.split("/").at(-1)}/decisions`;
  try {
    await call("POST", address, { body: { outcome: "appealed", reason }, key: newKey() });
    location.reload();
  } catch (error) {
    tell(`Not recorded: ${error.message}`, [["Try again", () => record(reason)]]);
  }
}

dialog.addEventListener("close", () => dialog.returnValue === "ok" && record(dialog.querySelector("textarea").value.trim()));
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector(".primary").click();
});

const written = letter ? [["Letter", [["c", "Copy", copy], ["p", "Print", () => print()]]]] : [];
const contested = document.querySelector("[data-action=record]") ? [["Decide", [["a", "Record the appeal", ask]]]] : [];
bindKeys([["Move", [["Esc", "Back to the claim", () => location.assign(back)]]], ...written, ...contested]);
onAction({ copy, print: () => print(), record: ask });
