// A button that acts on what is checked says on how many. Without this script it says what it does.

import { counted } from "./texts.js";

function show(form) {
  const checked = [...form.elements].filter((box) => box.name === form.dataset.counts && box.checked).length;
  // Where everything is taken but for what is checked, the form says how many that is.
  const count = form.dataset.of ? Number(form.dataset.of) - checked : checked;
  for (const button of form.querySelectorAll("button[data-counted]")) {
    const words = button.querySelector("span");
    words.dataset.plain ??= words.textContent;
    words.textContent = count ? counted(button.dataset.counted, count) : words.dataset.plain;
    if (form.dataset.of) button.disabled = !count;
  }
}

export function showAll() {
  for (const form of document.querySelectorAll("form[data-counts]")) show(form);
}
