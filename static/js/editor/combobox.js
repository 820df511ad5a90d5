// A text field whose suggestions can be looked through: the browser's own list of a <datalist> shows
// no more than what begins like the text, and on a phone hardly anything. Any text may still be typed.

import { number, text } from "../texts.js";

export function makeComboboxes(form) {
  for (const box of form.querySelectorAll("[data-combobox]")) makeCombobox(box);
}

function makeCombobox(box) {
  const input = box.querySelector("input");
  const offered = [...(input.list?.options ?? [])].map((option) => ({ value: option.value, note: option.dataset.note ?? "" }));
  if (!offered.length) return;
  input.removeAttribute("list");

  const list = document.createElement("ul");
  list.className = "menu options";
  list.id = `${input.id}_options`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.combobox);
  list.hidden = true;
  const status = document.createElement("span");
  status.className = "sr";
  status.setAttribute("role", "status");
  const toggle = box.querySelector("button");
  toggle.hidden = false;
  box.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) input.setAttribute(name, value);

  let active = -1;
  const isOpen = () => !list.hidden;
  const mark = (index) => {
    active = index;
    [...list.children].forEach((option, at) => option.toggleAttribute("data-active", at === index));
    const option = list.children[index];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    status.textContent = "";
    mark(-1);
  };
  const open = (wanted) => {
    const found = matching(offered, wanted);
    list.replaceChildren(...found.map((one, at) => drawn(one, `${list.id}_${at}`, one.value === input.value)));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(isOpen()));
    status.textContent = found.length ? text("list.found", { found: number(found.length), all: number(offered.length) }) : text("list.none");
    mark(-1);
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };
  const pick = (option) => {
    input.value = option.dataset.value;
    close();
    for (const name of ["input", "change"]) input.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: "picked" }));
  };

  input.addEventListener("input", (event) => { if (event.detail !== "picked") open(input.value); });
  input.addEventListener("blur", close);
  // The whole list: what stands in the field is what was chosen, not what is looked for.
  input.addEventListener("click", () => { if (!isOpen()) open(""); });
  toggle.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const wasOpen = isOpen();
    input.focus();
    if (wasOpen) close();
    else open("");
  });
  // The field keeps the focus while an option is pressed, so that blur does not take the option away.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) pick(option);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const last = () => list.children.length - 1;
    const here = active < 0 ? [...list.children].findIndex((option) => option.ariaSelected === "true") : active;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) return open("");
      if (event.key === "ArrowDown") mark(here >= last() ? 0 : here + 1);
      else mark(here <= 0 ? last() : here - 1);
    } else if (event.key === "Enter" && isOpen() && active >= 0) {
      event.preventDefault();
      pick(list.children[active]);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      close();
    }
  });
}

// Every word somewhere in the name; names that begin so come first.
function matching(offered, wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const found = offered.filter(({ value }) => words.every((word) => value.toLowerCase().includes(word)));
  const begins = ({ value }) => value.toLowerCase().startsWith(words[0] ?? "");
  return [...found.filter(begins), ...found.filter((one) => !begins(one))];
}

function drawn({ value, note }, id, isChosen) {
  const option = document.createElement("li");
  option.id = id;
  option.dataset.value = value;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", String(isChosen));
  option.textContent = value;
  if (note) {
    const sub = document.createElement("span");
    sub.className = "sub";
    sub.textContent = note;
    option.append(sub);
  }
  return option;
}
