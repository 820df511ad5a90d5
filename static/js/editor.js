// The form of an assistant: live counts, metadata rows, and a question before unsaved text is left.

const editor = document.querySelector("form[data-editor]");

if (editor) {
  showCounts(editor);
  makeRowsGrow(editor);
  askBeforeLeaving(editor);
}

function showCounts(form) {
  for (const count of form.querySelectorAll("[data-count-for]")) {
    const input = document.getElementById(count.dataset.countFor);
    const limit = Number(input.dataset.limit);
    const show = () => {
      // The limit counts characters, of which JavaScript's length makes two when they are emoji.
      const length = [...input.value].length;
      count.textContent = `${length.toLocaleString("en")} of ${limit.toLocaleString("en")}`;
      count.toggleAttribute("data-over", length > limit);
    };
    let waiting;
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 150); });
    show();
  }
}

function makeRowsGrow(form) {
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

function askBeforeLeaving(form) {
  const state = form.querySelector("[data-unsaved]");
  let unsaved = false;
  form.addEventListener("input", () => { unsaved = true; if (state) state.hidden = false; });
  form.addEventListener("submit", () => { unsaved = false; });
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
