// What every page shares: where its reader is, the keys, and results that can be put away. Every page works without it.
// One file, because every page waits for it; what is seldom wanted is loaded when it is.

// The server shows times in this zone from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const cookie = `time_zone=${encodeURIComponent(zone)}`;
if (zone && !document.cookie.split("; ").includes(cookie)) {
  document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

// On a phone the menu is one bar that scrolls sideways: it begins with where its reader is.
const bar = document.querySelector(".side");
if (bar && bar.scrollWidth > bar.clientWidth) bar.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "center" });

const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

const single = {
  "/": () => document.querySelector("main input[type=search]"),
  "?": () => "keys",
  e: () => document.querySelector("main .head a[href$='/edit/']"),
};

// What has been typed since the palette was asked for, as long as it is not there.
let typed = null;

async function bringPalette() {
  typed = "";
  try {
    const { openPalette } = await import("./palette.js");
    openPalette(typed);
  } finally {
    typed = null;
  }
}

document.addEventListener("keydown", async (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    if (!document.querySelector(".nav")) return;
    event.preventDefault();
    if (typed === null && !document.querySelector("dialog[open]")) await bringPalette();
    return;
  }
  // What is typed while the palette comes is meant for it.
  if (typed !== null && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    if (event.key === "Backspace") typed = typed.slice(0, -1);
    else if ([...event.key].length === 1) typed += event.key;
    return;
  }
  if (event.key === "Escape" && !event.defaultPrevented) document.querySelector(".toasts")?.replaceChildren();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !("keys" in document.body.dataset)) return;
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  const found = single[event.key]?.();
  if (!found) return;
  event.preventDefault();
  if (found === "keys") (await import("./palette.js")).showKeys();
  else if (found.matches("a")) found.click();
  else { found.focus(); found.select(); }
});

// What is checked is counted on the button that acts on it. The way back to a page finds the boxes as they were left.
const showCounts = async () => (await import("./counting.js")).showAll();
document.addEventListener("change", (event) => { if (event.target.form?.dataset.counts === event.target.name) showCounts(); });
window.addEventListener("pageshow", () => { if (document.querySelector("form[data-counts] input:checked")) showCounts(); });

// What was pressed may be gone with the part of the page that it stood in; the keyboard goes on from that part.
document.addEventListener("htmx:afterSettle", (event) => {
  const by = event.detail.requestConfig?.triggeringEvent?.type;
  if (!["click", "submit"].includes(by) || document.activeElement !== document.body || !event.detail.target?.isConnected) return;
  const part = event.detail.target.querySelector("[autofocus]") ?? event.detail.target;
  if (!part.matches("a, button, input, select, textarea, [tabindex]")) part.tabIndex = -1;
  part.focus({ preventScroll: true });
});
