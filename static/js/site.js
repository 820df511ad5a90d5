// What makes the pages quicker. Every page works without it.

import "./editor.js";
import "./upload.js";
