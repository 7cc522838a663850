// The operations of RFC 6902 that fixes use: add, replace, remove.

/** A copy of `value` with the operations applied in order; throws on any other operation. */
export function applyPatch(value, operations) {
  return operations.reduce(applyOne, structuredClone(value));
}

function applyOne(value, { op, path, value: given }) {
  const names = path.slice(1).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = names.pop();
  const owner = names.reduce((part, name) => part[name], value);
  const index = last === "-" ? owner.length : Number(last);
  if (!["add", "replace", "remove"].includes(op)) throw new Error(`no such operation: ${op}`);
  if (!Array.isArray(owner)) {
    if (op === "remove") delete owner[last];
    else owner[last] = given;
  } else if (op === "add") owner.splice(index, 0, given);
  else if (op === "remove") owner.splice(index, 1);
  else owner[index] = given;
  return value;
}
