// Metadata: a row more, a row less.
// Without this script two empty rows are always at the end.

import { text } from "../texts.js";

export function makeRowsGrow(form) {
  const pairs = form.querySelector("[data-pairs]");
  const add = form.querySelector("[data-add-pair]");
  if (!pairs || !add) return;
  const most = Number(pairs.dataset.most);
  const rows = () => [...pairs.querySelectorAll(".pair")];
  const show = () => { add.hidden = rows().length >= most; };
  const clear = (row) => { for (const input of row.querySelectorAll("input")) input.value = ""; };
  const grow = () => {
    if (rows().length >= most) return;
    const last = rows().at(-1);
    const row = last.cloneNode(true);
    clear(row);
    row.querySelector("[data-remove-pair]").setAttribute("aria-label", text("row.remove"));
    last.after(row);
    row.querySelector("input").focus();
    show();
  };

  for (const button of pairs.querySelectorAll("[data-remove-pair]")) button.hidden = false;
  add.addEventListener("click", grow);
  pairs.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-pair]");
    if (!button) return;
    // The last row stays as the pattern for the next one.
    if (rows().length > 1) button.closest(".pair").remove();
    else clear(button.closest(".pair"));
    form.dispatchEvent(new Event("input"));
    show();
    add.focus();
  });
  show();
}
