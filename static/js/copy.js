// Beside every read-only field marked data-copy: a button that copies it. Without this script the
// field can still be selected and copied by hand.
for (const field of document.querySelectorAll("input[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  });
  // The clipboard is closed to pages that are neither https nor on this machine.
  if (navigator.clipboard) {
    const row = document.createElement("div");
    row.className = "copy";
    field.replaceWith(row);
    row.append(field, button);
  }
  field.addEventListener("focus", () => field.select());
}
