// Help for long instructions: find within, a view that fills the window, and pastes that do not stall.

import { number, text as words } from "../texts.js";

const LONG = 20000;

export function helpWriting(form) {
  const box = form.querySelector("[data-writing]");
  if (!box) return;
  const text = box.querySelector("textarea");
  const bar = box.querySelector("[data-writing-bar]");
  bar.hidden = false;
  bar.append(fullHeight(box, text), finder(text));
  text.addEventListener("paste", (event) => pasteLong(event, text));
}

// Browsers insert a pasted text line by line, which takes minutes for ten thousand lines.
function pasteLong(event, text) {
  const pasted = event.clipboardData?.getData("text/plain") || "";
  if (pasted.length < LONG) return;
  event.preventDefault();
  text.setRangeText(pasted, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function fullHeight(box, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-s";
  const show = (isFull) => {
    box.toggleAttribute("data-full", isFull);
    button.textContent = isFull ? words("writing.back") : words("writing.full");
    button.setAttribute("aria-pressed", String(isFull));
  };
  button.addEventListener("click", () => { show(!box.hasAttribute("data-full")); text.focus(); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.hasAttribute("data-full")) { show(false); button.focus(); }
  });
  show(false);
  return button;
}

function finder(text) {
  const row = document.createElement("span");
  row.className = "find";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = words("find");
  input.setAttribute("aria-label", words("find"));
  const found = document.createElement("output");
  row.append(input, found);

  const places = () => {
    const [wanted, whole] = [input.value.toLowerCase(), text.value.toLowerCase()];
    const all = [];
    for (let at = wanted ? whole.indexOf(wanted) : -1; at >= 0 && all.length < 10000; at = whole.indexOf(wanted, at + wanted.length)) all.push(at);
    return all;
  };
  const go = (step) => {
    const all = places();
    if (!all.length) { found.textContent = input.value ? words("find.none") : ""; return; }
    const here = step > 0 ? all.find((at) => at >= text.selectionEnd) : all.findLast((at) => at < text.selectionStart);
    const at = here ?? (step > 0 ? all[0] : all[all.length - 1]);
    found.textContent = words("find.at", { at: number(all.indexOf(at) + 1), all: number(all.length) });
    text.focus();
    text.setSelectionRange(at, at + input.value.length);
    // A browser scrolls to the selection only when the focus moves or something is typed.
    text.scrollTop = Math.max(0, (text.value.slice(0, at).split("\n").length - 4) * parseFloat(getComputedStyle(text).lineHeight));
  };
  // The focus stays in the text, where alone the selection shows; Enter goes on from there, any other key writes.
  let isFinding = false;
  const onEnter = (event) => {
    if (event.key !== "Enter") { isFinding &&= event.key === "Shift"; return; }
    if (event.currentTarget === text && !isFinding) return;
    event.preventDefault();
    go(event.shiftKey ? -1 : 1);
    isFinding = document.activeElement === text;
  };
  input.addEventListener("keydown", onEnter);
  text.addEventListener("keydown", onEnter);
  text.addEventListener("pointerdown", () => { isFinding = false; });
  text.addEventListener("input", () => { found.textContent = ""; });
  input.addEventListener("input", (event) => { event.stopPropagation(); found.textContent = input.value ? words("find.found", { number: number(places().length) }) : ""; });
  return row;
}
