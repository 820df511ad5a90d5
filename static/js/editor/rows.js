// Metadata: a row more, a row less. Without this script two empty rows are always at the end.

export function makeRowsGrow(form) {
  const pairs = form.querySelector("[data-pairs]");
  const add = form.querySelector("[data-add-pair]");
  if (!pairs || !add) return;
  add.hidden = false;
  for (const button of pairs.querySelectorAll("[data-remove-pair]")) button.hidden = false;
  add.addEventListener("click", () => {
    const rows = pairs.querySelectorAll(".pair");
    if (rows.length >= 16) return;
    const row = rows[rows.length - 1].cloneNode(true);
    for (const input of row.querySelectorAll("input")) input.value = "";
    rows[rows.length - 1].after(row);
    row.querySelector("input").focus();
  });
  pairs.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-pair]");
    if (!button) return;
    const row = button.closest(".pair");
    // The last row stays as the pattern for the next one.
    if (pairs.querySelectorAll(".pair").length > 1) row.remove();
    else for (const input of row.querySelectorAll("input")) input.value = "";
    form.dispatchEvent(new Event("input"));
    add.focus();
  });
}
