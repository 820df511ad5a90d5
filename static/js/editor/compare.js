// The compare page: how much is decided, and Save only when everything is. A text put together by the
// page counts as decided once somebody has been in it.

import { number, text } from "../texts.js";

export function countDecisions(form) {
  const cards = [...form.querySelectorAll(".conflict")];
  const state = form.querySelector("[data-decided]");
  const save = form.querySelector("button[type=submit]");
  const seen = new Set();
  const isUnseen = (card) => card.querySelector("[value=together]:checked") && !seen.has(card);
  const show = () => {
    const decided = cards.filter((card) => card.querySelector("input[type=radio]:checked") && !isUnseen(card)).length;
    state.textContent = text(cards.some(isUnseen) ? "decided.unseen" : "decided", { decided: number(decided), all: number(cards.length) });
    save.disabled = decided < cards.length;
  };
  for (const card of cards) {
    const together = card.querySelector(".together textarea");
    together?.addEventListener("focus", () => { seen.add(card); show(); });
    // Arrow keys walk through the choices, and their click has no detail: they are not led away.
    card.querySelector("[value=together]")?.addEventListener("click", (event) => { if (event.detail) together.focus(); });
  }
  form.addEventListener("change", show);
  show();
}
