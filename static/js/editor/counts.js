// Beside a field: how much of its limit is used, and for long texts how many words.

export function showCounts(form) {
  for (const count of form.querySelectorAll("[data-count-for]")) {
    const input = document.getElementById(count.dataset.countFor);
    const limit = Number(input.dataset.limit);
    const show = () => {
      const text = input.value;
      const length = characters(text);
      const before = "wordsFor" in count.dataset ? `${words(text)} · ` : "";
      count.textContent = `${before}${number(length)} of ${number(limit)}`;
      count.toggleAttribute("data-over", length > limit);
    };
    let waiting;
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 200); });
    show();
  }
}

// The limit counts characters, of which JavaScript's length makes two when they are emoji.
function characters(text) {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g) || []).length;
}

function words(text) {
  const count = (text.match(/\S+/g) || []).length;
  return `${number(count)} ${count === 1 ? "word" : "words"}`;
}

function number(value) {
  return value.toLocaleString("en");
}
