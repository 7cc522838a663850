// The reports: f goes to the filter.

import { bindKeys } from "./keys.js";

bindKeys([["Filter", [["f", "Choose a payer", () => document.querySelector("select[name=payer]")?.focus()]]]]);
