// The reports: j and k move through the claims, f goes to the filter.

import { bindKeys } from "./keys.js";
import { MOVE } from "./list.js";

bindKeys([MOVE, ["Filter", [["f", "Choose a payer", () => document.querySelector("select[name=payer]")?.focus()]]]]);
