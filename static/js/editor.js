// The forms of assistants and of what belongs to them. Each part works alone, and the forms work without any.

import { keepDrafts } from "./editor/drafts.js";
import { makeComboboxes } from "./editor/combobox.js";
import { showCounts } from "./editor/counts.js";
import { goOnByEnter, saveByKey } from "./editor/keys.js";
import { sendOnce } from "./editor/once.js";
import { keepTyping } from "./editor/parts.js";
import { makeRowsGrow } from "./editor/rows.js";
import { calmSettings } from "./editor/settings.js";
import { keepNamesValid } from "./editor/names.js";
import { addSliders } from "./editor/sliders.js";
import { helpWriting } from "./editor/writing.js";
import { countDecisions } from "./editor/compare.js";

const form = document.querySelector("form[data-editor], form[data-form]");
if (form) {
  makeRowsGrow(form);
  saveByKey(form);
  goOnByEnter(form);
  sendOnce(form);
  makeComboboxes(form);
}

// The form that keeps what is typed says where.
const editor = document.querySelector("form[data-editor]");
if (editor) {
  showCounts(editor);
  helpWriting(editor);
  addSliders(editor);
  keepNamesValid(editor);
  calmSettings(editor);
  keepTyping(editor);
  keepDrafts(editor);
}

const compare = document.querySelector("form[data-compare]");
if (compare) countDecisions(compare);
