// A form whose button is pressed twice is sent once.

export function sendOnce(form) {
  let isSending = false;
  const show = () => document.getElementById("busy")?.classList.toggle("htmx-request", isSending);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "do") return;
    if (isSending) { event.preventDefault(); return; }
    isSending = true;
    show();
  });
  // The way back to a page that the browser kept finds it as it was left.
  window.addEventListener("pageshow", (event) => { if (event.persisted) { isSending = false; show(); } });
}
