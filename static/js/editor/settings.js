// Settings that count for nothing now are out of the way: those of a tool that is off, and those that the model refuses.

import { text } from "../texts.js";

export function calmSettings(form) {
  for (const group of form.querySelectorAll("[data-needs]")) {
    const needed = document.getElementById(group.dataset.needs);
    // What is set stays in sight, so that it can be taken back.
    const show = () => { group.hidden = !needed.checked && ![...group.querySelectorAll("input:not([type=range])")].some((input) => input.value); };
    needed.addEventListener("change", show);
    show();
  }

  const note = form.querySelector("#model-note");
  const settings = [...form.querySelectorAll("#id_temperature, #id_top_p, #id_reasoning_effort")];
  const refuse = () => {
    const refusal = note.querySelector("[data-refused]");
    const refused = refusal ? refusal.dataset.refused.split(" ") : [];
    for (const input of settings) {
      const field = input.closest(".field");
      const isOff = refused.includes(input.name) && !input.value;
      field.toggleAttribute("data-off", isOff);
      for (const part of field.children) part.inert = isOff && !part.matches("[data-why-off]");
      field.querySelector("[data-why-off]")?.remove();
      if (isOff) field.append(reason(refusal.dataset.model));
    }
  };
  note?.addEventListener("htmx:afterSwap", refuse);
  form.addEventListener("change", (event) => { if (settings.includes(event.target)) refuse(); });
  if (note) refuse();
}

function reason(model) {
  const words = document.createElement("p");
  words.className = "hint";
  words.dataset.whyOff = "";
  words.textContent = text("model.refuses", { model });
  return words;
}
