// The compare page: how much is decided, and Save only when everything is. A text put together by the
// page counts as decided once somebody has been in it.

export function countDecisions(form) {
  const cards = [...form.querySelectorAll(".conflict")];
  const state = form.querySelector("[data-decided]");
  const save = form.querySelector("button[type=submit]");
  const seen = new Set();
  const isUnseen = (card) => card.querySelector("[value=together]:checked") && !seen.has(card);
  const show = () => {
    const decided = cards.filter((card) => card.querySelector("input[type=radio]:checked") && !isUnseen(card)).length;
    state.textContent = `${decided} of ${cards.length} decided${cards.some(isUnseen) ? "; look through the text put together" : ""}`;
    save.disabled = decided < cards.length;
  };
  for (const card of cards) {
    const text = card.querySelector(".together textarea");
    text?.addEventListener("focus", () => { seen.add(card); show(); });
    // Arrow keys walk through the choices, and their click has no detail: they are not led away.
    card.querySelector("[value=together]")?.addEventListener("click", (event) => { if (event.detail) text.focus(); });
  }
  form.addEventListener("change", show);
  show();
}
