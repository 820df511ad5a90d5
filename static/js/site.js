// What makes the pages quicker. Every page works without it.

import "./copying.js";
import "./editor.js";
import "./upload.js";
