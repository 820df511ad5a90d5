// Ctrl+S, on a Mac Cmd+S, saves the form instead of the page.

export function saveByKey(form) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    // The last button is the one that the page proposes: Save, or Check now after a lost answer.
    if (!event.repeat) form.requestSubmit([...form.querySelectorAll(".form-foot button[type=submit]")].at(-1));
  });
}
