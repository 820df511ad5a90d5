// The compare page: how much is decided, and Save only when everything is.

export function countDecisions(form) {
  const cards = [...form.querySelectorAll(".conflict")];
  const state = form.querySelector("[data-decided]");
  const save = form.querySelector("button[type=submit]");
  const show = () => {
    const decided = cards.filter((card) => card.querySelector("input[type=radio]:checked")).length;
    state.textContent = `${decided} of ${cards.length} decided`;
    save.disabled = decided < cards.length;
  };
  form.addEventListener("change", show);
  show();
}
