// Beside every field marked data-copy and in every block marked data-code: a button that copies it.
// Without this script, and on pages that may not use the clipboard, both can still be selected.

import { text } from "./texts.js";

for (const field of document.querySelectorAll("input[data-copy]")) {
  field.addEventListener("focus", () => field.select());
  // The clipboard is closed to pages that are neither https nor on this machine.
  if (!navigator.clipboard) continue;
  const row = document.createElement("div");
  row.className = "copy";
  field.replaceWith(row);
  row.append(field, copyButton("btn btn-quiet", () => { field.select(); return field.value; }));
}

for (const block of navigator.clipboard ? document.querySelectorAll("[data-code]") : []) {
  block.append(copyButton("btn btn-quiet btn-s", () => block.querySelector("pre").textContent));
}

function copyButton(look, content) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = look;
  button.textContent = text("copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(content());
    button.textContent = text("copied");
  });
  return button;
}
