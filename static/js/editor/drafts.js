// While somebody types, the text is kept on the server; leaving with something unsaved asks first.
// The same call tells others that this page is open, and brings back what is odd about the text.

import { text } from "../texts.js";

const SOON = 3000;
const ALIVE = 30000;
const SIGNED_OUT = text("draft.signed-out");

export function keepDrafts(form) {
  const state = form.querySelector("[data-unsaved]");
  let isDirty = form.hasAttribute("data-dirty");
  let isKept = true;
  let isLeaving = false;
  let waiting;
  let underWay;
  const trouble = document.createElement("p");
  trouble.className = "notice notice-warn";
  trouble.setAttribute("role", "alert");

  const showState = () => { if (state) state.hidden = !isDirty; form.toggleAttribute("data-dirty", isDirty); };
  // The answer holds two parts of the page: the line beside Save, and what is odd about the text.
  const show = (html) => {
    const answered = new DOMParser().parseFromString(html, "text/html");
    for (const name of ["data-status", "data-warnings"]) {
      const [part, now] = [form.querySelector(`[${name}]`), answered.querySelector(`[${name}]`)];
      // A line that says the same is not read out again.
      if (part.textContent.trim() === now.textContent.trim()) continue;
      const wasOpen = part.querySelector("details[open]");
      part.replaceChildren(...now.childNodes);
      if (wasOpen) part.querySelector("details")?.setAttribute("open", "");
    }
  };
  const autosave = () => { underWay = keep(); return underWay; };
  const keep = async () => {
    clearTimeout(waiting);
    if (isLeaving) return;
    const data = new FormData(form);
    if (isDirty) data.set("dirty", "1");
    isKept = true;
    let answer;
    try {
      answer = await fetch(form.dataset.editor, { method: "POST", body: data, redirect: "manual", keepalive: false });
    } catch {
      isKept = false;
      return say(text("draft.no-connection"));
    }
    if (answer.type === "opaqueredirect") return say(SIGNED_OUT);
    if (answer.status === 403) return say(text("draft.signed-in-anew"));
    if (!answer.ok) { isKept = false; return say(text("draft.failed")); }
    trouble.remove();
    if (isLeaving) return;
    show(await answer.text());
  };
  // In the bar that stays in view, wherever on the long page somebody writes.
  const say = (words) => {
    form.querySelector("[data-draft-saved]")?.remove();
    if (trouble.isConnected && trouble.textContent === words) return;
    trouble.textContent = words;
    form.querySelector(".form-foot").prepend(trouble);
  };

  form.addEventListener("input", (event) => {
    if (event.target.closest?.("[data-writing-bar]")) return;
    isDirty = true;
    isKept = false;
    showState();
    clearTimeout(waiting);
    waiting = setTimeout(autosave, SOON);
  });
  form.addEventListener("focusout", () => { if (!isKept) autosave(); });
  // A note beside a field is not worth leaving the page for: the text would not come along.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    const leads = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (!leads || !event.detail.elt.hasAttribute("data-aside")) return;
    event.preventDefault();
    say(SIGNED_OUT);
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    // A note beside the form changes nothing in it.
    if (event.target.closest?.("[data-aside]")) return;
    isDirty = true;
    showState();
  });
  setInterval(() => { if (!document.hidden) autosave(); }, ALIVE);

  form.addEventListener("submit", () => { isLeaving = true; clearTimeout(waiting); });
  // Whoever presses Cancel has said that they leave; what they typed is kept before they do.
  form.querySelector("[data-cancel]")?.addEventListener("click", async (event) => {
    if (!isDirty || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await underWay;
    if (!isKept) await autosave();
    if (!isKept) return;
    isLeaving = true;
    window.location.assign(event.target.href);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) isLeaving = false; });
  window.addEventListener("beforeunload", (event) => { if (isDirty && !isLeaving) event.preventDefault(); });
  showState();
}
