// Beside every block marked data-code: a button that copies it. The block can be selected without it.

export function addCopyButtons() {
  // The clipboard is closed to pages that are neither https nor on this machine.
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll("[data-code]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-s";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("pre").textContent);
      button.textContent = "Copied";
    });
    block.append(button);
  }
}
