// A form whose button is pressed twice is sent once, and the button says that it is on its way.

export function sendOnce(form) {
  let sending;
  const show = () => {
    document.getElementById("busy")?.classList.toggle("htmx-request", Boolean(sending));
    form.toggleAttribute("data-sending", Boolean(sending));
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "do") return;
    if (sending) { event.preventDefault(); return; }
    const pressed = event.submitter?.matches(".form-foot button") ? event.submitter : form.querySelector(".form-foot .btn-primary");
    sending = { words: [...(pressed?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()) };
    if (sending.words) {
      sending.before = sending.words.data;
      sending.words.data = pressed.dataset.sending ?? sending.before;
    }
    show();
  });
  // The way back to a page that the browser kept finds it as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !sending) return;
    if (sending.words) sending.words.data = sending.before;
    sending = undefined;
    show();
  });
}
