// Ctrl+K, on a Mac Cmd+K: go to an assistant, a page or an action by its name. And the list of all keys.

import { text } from "./texts.js";

const KEYS = [
  [text("key.palette"), text("key.palette.does")],
  ["/", text("key.search.does")],
  ["e", text("key.edit.does")],
  [text("key.save"), text("key.save.does")],
  [text("key.escape"), text("key.escape.does")],
  ["?", text("key.help.does")],
];

export function showKeys() {
  const dialog = makeDialog(text("keys"));
  const list = document.createElement("dl");
  list.className = "facts";
  for (const [key, what] of KEYS) {
    const [term, words] = [document.createElement("dt"), document.createElement("dd")];
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    words.textContent = what;
    list.append(term, words);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: text("close") });
  close.addEventListener("click", () => dialog.close());
  dialog.append(heading(text("keys")), list, close);
  dialog.showModal();
}

export function openPalette(typed) {
  const dialog = makeDialog(text("palette"));
  const input = document.createElement("input");
  Object.assign(input, { type: "text", autocomplete: "off", placeholder: text("palette.hint") });
  for (const [name, value] of [["role", "combobox"], ["aria-label", text("palette")], ["aria-expanded", "true"], ["aria-controls", "palette-options"], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  const list = document.createElement("ul");
  list.id = "palette-options";
  list.className = "palette-options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text("palette.results"));
  const said = document.createElement("p");
  said.className = "sub";
  said.setAttribute("role", "status");
  dialog.classList.add("palette");
  dialog.append(input, list, said);

  const here = placesHere();
  let active = 0;
  let asked = 0;
  let waiting;
  const options = () => [...list.children];
  const mark = (at) => {
    active = Math.max(0, Math.min(at, options().length - 1));
    options().forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    const option = options()[active];
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const show = (assistants, words) => {
    const wanted = folded(input.value);
    const places = here.filter((place) => folded(place.label).includes(wanted));
    list.replaceChildren(...[...assistants, ...places].map(option));
    said.textContent = words ?? (list.children.length ? "" : text("palette.nothing"));
    mark(0);
  };
  const option = ({ label, kind, go }, index) => {
    const item = document.createElement("li");
    item.id = `palette-${index}`;
    item.setAttribute("role", "option");
    item.append(Object.assign(document.createElement("bdi"), { textContent: label }), Object.assign(document.createElement("span"), { className: "sub", textContent: kind }));
    item.addEventListener("click", () => { dialog.close(); go(); });
    return item;
  };
  const search = async () => {
    const number = ++asked;
    const words = input.value.trim();
    if (!words) return show([]);
    try {
      const found = await assistantsNamed(words);
      if (number === asked) show(found);
    } catch {
      if (number === asked) show([], text("palette.failed"));
    }
    return undefined;
  };
  input.addEventListener("input", () => { show([]); clearTimeout(waiting); waiting = setTimeout(search, 150); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Enter" && !event.isComposing) options()[active]?.click();
    else return;
    event.preventDefault();
  });
  show([]);
  dialog.showModal();
  if (typed) {
    input.value = typed;
    input.dispatchEvent(new Event("input"));
  }
}

// What the page itself leads to: the entries at its side, and the buttons of its head.
function placesHere() {
  const links = [...document.querySelectorAll(".nav a, main .head a, main .head button")].filter((link) => link.checkVisibility());
  const labels = new Set();
  return links.map((link) => ({ label: link.textContent.trim(), kind: link.closest(".nav") ? text("palette.page") : text("palette.here"), go: () => link.click() }))
    .filter(({ label }) => label && !labels.has(label) && labels.add(label));
}

async function assistantsNamed(words) {
  const list = [...document.querySelectorAll(".nav a")].find((link) => link.pathname.endsWith("/assistants/"));
  if (!list) return [];
  const answer = await fetch(`${list.pathname}?q=${encodeURIComponent(words)}`, { redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("#results a.name")].slice(0, 8).map((link) => ({
    label: link.textContent.trim(),
    kind: text("palette.assistant"),
    go: () => window.location.assign(link.getAttribute("href")),
  }));
}

function makeDialog(label) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", label);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  return dialog;
}

function heading(words) {
  return Object.assign(document.createElement("h2"), { textContent: words });
}

function folded(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
