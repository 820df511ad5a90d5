// The keys that a form hears: Enter within a list goes on, and Ctrl+S, on a Mac Cmd+S, saves the form instead of the page.

export function saveByKey(form) {
  for (const save of form.querySelectorAll(".form-foot .btn-primary")) save.setAttribute("aria-keyshortcuts", "Control+S Meta+S");
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    // The last button is the one that the page proposes: Save, or Check now after a lost answer.
    if (!event.repeat) form.requestSubmit([...form.querySelectorAll(".form-foot button[type=submit]")].at(-1));
  });
}

const LISTS = "[data-pairs], #functions, #response-format";

// A field that stands alone sends the form, as everywhere; in a row Enter asks for what comes next,
// and half a list shall not be saved by it.
export function goOnByEnter(form) {
  form.addEventListener("keydown", (event) => {
    const list = event.target.closest?.(LISTS);
    if (event.key !== "Enter" || event.isComposing || !list || !event.target.matches("input")) return;
    event.preventDefault();
    const fields = [...list.querySelectorAll("input[type=text], select, textarea")].filter((field) => field.checkVisibility());
    const here = fields.indexOf(event.target);
    if (here < 0) return;
    if (here + 1 < fields.length) return fields[here + 1].focus();
    // A row that says nothing yet needs no further one after it.
    if (list.matches("[data-pairs]") && (event.target.value || fields.at(-2).value)) form.querySelector("[data-add-pair]").click();
  });
}
