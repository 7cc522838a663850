// A worklist: j and k move, Enter opens.

import { bindKeys } from "./keys.js";
import { MOVE } from "./list.js";

bindKeys([MOVE]);
