// Beside a number: a slider, and a way back to the server's own default.

import { text } from "../texts.js";

export function addSliders(form) {
  for (const box of form.querySelectorAll("[data-slider]")) {
    const input = box.querySelector("input");
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = box.dataset.min;
    slider.max = box.dataset.max;
    slider.step = "0.01";
    slider.setAttribute("aria-label", text("slider", { name: box.dataset.slider }));
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "btn btn-ghost btn-s default-choice";
    clear.textContent = text("default");
    box.classList.add("with-slider");
    box.prepend(slider);
    box.after(clear);

    const show = () => {
      const isDefault = input.value.trim() === "";
      box.toggleAttribute("data-default", isDefault);
      clear.hidden = isDefault;
      slider.value = isDefault ? box.dataset.middle : input.value.replace(",", ".");
    };
    const set = (value) => {
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      show();
    };
    slider.addEventListener("input", () => set(slider.value));
    clear.addEventListener("click", () => { set(""); input.focus(); });
    input.addEventListener("input", show);
    show();
  }
}
