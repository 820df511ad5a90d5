// Asks an assistant and shows the answer as it is written. In the editor the question goes out together with
// what is in the form, saved or not; on the page of its own, with the text that is chosen there. The answer before
// stays beside the new one.

import { text } from "./texts.js";

const panel = document.querySelector("[data-try]");
if (panel) {
  const editor = document.querySelector("form[data-editor]");
  const asker = makeAsker(panel, editor);
  askByKey(panel, asker);
  if (editor) openBeside(panel, asker);
}
const aside = document.querySelector("[data-aside]");
if (aside) hideWhileTyping(aside);

// What the questions say of the text beside Save is shown only while it is about what is in the form.
function hideWhileTyping(message) {
  let typed = 0;
  let sent = 0;
  message.closest("form").addEventListener("input", () => { typed += 1; message.dataset.stale = ""; });
  message.addEventListener("htmx:beforeRequest", () => { sent = typed; });
  message.addEventListener("htmx:afterSwap", () => { if (sent === typed) delete message.dataset.stale; });
}

function makeAsker(area, editor) {
  const form = area.querySelector("form[data-ask]");
  const now = area.querySelector("[data-try-now]");
  const before = area.querySelector("[data-try-before]");
  const stop = area.querySelector("[data-try-stop]");
  const state = area.querySelector("[data-try-state]");
  let asked = null; // The token of the answer that is being written.
  let reading = null; // What ends the reading.

  const show = (words) => { state.textContent = words; };
  const setBusy = (isBusy) => {
    stop.hidden = !isBusy;
    stop.disabled = false;
    now.setAttribute("aria-busy", String(isBusy));
    form.querySelector("button[type=submit]").disabled = isBusy;
  };
  const put = (html) => {
    now.innerHTML = html;
    window.htmx?.process(now);
  };
  const keepOld = () => {
    const old = now.querySelector("article.answer");
    if (!old?.querySelector("[data-answer-text]")) return;
    // Ids are unique on a page; the old answer is there to be read.
    for (const one of old.querySelectorAll("[id]")) one.removeAttribute("id");
    before.querySelector("div").replaceChildren(old);
    before.hidden = false;
    before.open = true;
  };

  async function send(data) {
    reading?.abort();
    const mine = (reading = new AbortController());
    asked = null;
    setBusy(true);
    const asking = text("try.asking");
    show(asking);
    // A server that is asked again and again may let people wait for its first word.
    let seconds = 0;
    const waiting = setInterval(() => {
      seconds += 10;
      if (state.textContent.startsWith(asking)) show(`${asking} ${seconds} s`);
    }, 10_000);
    const draft = document.createElement("div");
    draft.className = "prose answer-text";
    draft.dir = "auto";
    now.replaceChildren(draft);
    try {
      const answer = await fetch(area.dataset.stream, { method: "POST", body: data, redirect: "manual", signal: mine.signal });
      if (answer.type === "opaqueredirect" || answer.status === 403) return say(text("try.signed-out"));
      if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        if (!answer.headers.get("Content-Type")?.startsWith("text/html")) return say(text("try.refused"));
        put(await answer.text());
        return show("");
      }
      let hasEnded = false;
      for await (const { name, data: message } of records(answer.body)) {
        if (name === "asked") asked = message.exchange;
        else if (name === "doing") show(message.text);
        else if (name === "text") { show(text("try.writing")); draft.append(message.text); }
        else if (name === "answer") { put(message.html); show(""); hasEnded = true; }
      }
      if (!hasEnded) say(text("try.broke-off"), draft.textContent);
    } catch (error) {
      if (error.name !== "AbortError") say(text("try.no-connection"), draft.textContent);
    } finally {
      clearInterval(waiting);
      if (reading === mine) setBusy(false);
    }
  }

  function say(words, written = "") {
    show("");
    const article = document.createElement("article");
    article.className = "answer stack";
    const notice = document.createElement("p");
    notice.className = "notice notice-warn";
    notice.setAttribute("role", "alert");
    notice.textContent = words;
    const rest = document.createElement("div");
    rest.className = "prose answer-text";
    rest.textContent = written;
    article.append(notice, rest);
    now.replaceChildren(article);
  }

  function ask() {
    if (!form.reportValidity() || !stop.hidden) return;
    keepOld();
    // How many are left after this one, only the server knows.
    area.querySelector("[data-try-left]")?.remove();
    const data = editor ? new FormData(editor) : new FormData();
    for (const [name, value] of new FormData(form)) data.set(name, value);
    send(data);
  }

  const posted = (address, exchange) => {
    const data = new FormData();
    for (const [name, value] of [["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value], ["exchange", exchange]]) data.set(name, value);
    return fetch(address, { method: "POST", body: data, headers: { "HX-Request": "true" }, redirect: "manual" });
  };

  // What the page says of the text that answers is about the choice with which it was opened.
  form.addEventListener("change", ({ target }) => {
    if (target.name === "draft") area.querySelector("[data-try-from]").hidden = !target.defaultChecked;
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  stop.addEventListener("click", async () => {
    stop.disabled = true;
    show(text("try.stopping"));
    if (asked) await posted(area.dataset.stopAt, asked);
    else reading?.abort();
  });
  // What an answer offers: to answer for a function, to look again, to stop.
  now.addEventListener("submit", async (event) => {
    const inner = event.target;
    if (!inner.elements.exchange) return;
    event.preventDefault();
    const exchange = inner.elements.exchange.value;
    if (event.submitter?.hasAttribute("formaction")) await posted(area.dataset.stopAt, exchange);
    else if (inner.hasAttribute("data-outputs")) return send(new FormData(inner));
    const answer = await posted(area.dataset.page, exchange);
    if (answer.ok) put(await answer.text());
  });
  return { ask, focus: () => form.elements.message.focus() };
}

// The panel beside the editor where there is room for it; elsewhere the button leads to the page of its own.
function openBeside(area, asker) {
  const opener = document.querySelector("[data-try-open]");
  const wide = matchMedia("(min-width: 80rem)");
  const set = (open) => {
    area.hidden = !open;
    document.body.classList.toggle("with-try", open);
    opener?.setAttribute("aria-expanded", String(open));
    if (open) asker.focus();
    else opener?.focus();
  };
  opener?.addEventListener("click", (event) => {
    if (!wide.matches) return;
    event.preventDefault();
    set(true);
  });
  area.querySelector("[data-try-close]").addEventListener("click", () => set(false));
}

function askByKey(area, asker) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
    event.preventDefault();
    // Whoever writes gets to the question without a way through the whole form.
    if (area.hidden) document.querySelector("[data-try-open]")?.click();
    else asker.ask();
  });
}

// The records of an event stream, however its bytes are cut.
async function* records(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const lines = part.split("\n");
      const name = lines.find((line) => line.startsWith("event: "))?.slice(7);
      const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
      if (name && data) yield { name, data: JSON.parse(data) };
    }
  }
}
