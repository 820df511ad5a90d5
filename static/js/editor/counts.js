// Beside a field: how much of its limit is used, and for long texts how many words.

import { counted, number, text } from "../texts.js";

export function showCounts(form) {
  for (const count of form.querySelectorAll("[data-count-for]")) {
    const input = document.getElementById(count.dataset.countFor);
    const limit = Number(input.dataset.limit);
    const show = () => {
      const written = input.value;
      const length = characters(written);
      const before = "wordsFor" in count.dataset ? `${words(written)} · ` : "";
      count.textContent = before + text("used", { used: number(length), limit: number(limit) });
      count.toggleAttribute("data-over", length > limit);
    };
    let waiting;
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 200); });
    show();
  }
}

// The limit counts characters, of which JavaScript's length makes two when they are emoji.
function characters(written) {
  return written.length - (written.match(/[\ud800-\udbff][\udc00-\udfff]/g) || []).length;
}

function words(written) {
  return counted("words", (written.match(/\S+/g) || []).length);
}
