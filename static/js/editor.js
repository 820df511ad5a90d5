// The form of an assistant. Each part works alone, and the form works without any of them.

import { keepDrafts } from "./editor/drafts.js";
import { showCounts } from "./editor/counts.js";
import { saveByKey } from "./editor/keys.js";
import { keepTyping } from "./editor/parts.js";
import { makeRowsGrow } from "./editor/rows.js";
import { addSliders } from "./editor/sliders.js";
import { helpWriting } from "./editor/writing.js";
import { countDecisions } from "./editor/compare.js";
import { addCopyButtons } from "./editor/copying.js";

const editor = document.querySelector("form[data-editor]");
if (editor) {
  showCounts(editor);
  helpWriting(editor);
  makeRowsGrow(editor);
  addSliders(editor);
  keepTyping(editor);
  saveByKey(editor);
  keepDrafts(editor);
}

const compare = document.querySelector("form[data-compare]");
if (compare) countDecisions(compare);

addCopyButtons();
