// Rows that are moved through by key: the group for `bindKeys`.

const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;

function go(to) {
  if (!rows.length) return;
  rows[at]?.removeAttribute("data-active");
  at = Math.min(Math.max(to, 0), rows.length - 1);
  rows[at].setAttribute("data-active", "");
  rows[at].querySelector("a").focus();
}

export const MOVE = ["Move", [
  ["j ↓", "Next", () => go(at + 1)],
  ["k ↑", "Previous", () => go(at - 1)],
  ["↵", "Open", () => rows[at]?.querySelector("a").click()],
]];

rows.forEach((row, index) => row.addEventListener("focusin", () => index !== at && go(index)));
