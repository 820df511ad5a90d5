// Attaching files: chosen, dropped or pasted, told at once what cannot go, then sent one after the
// other, each with its own progress, its own Cancel and its own result. The server words every result.

import { counted, number, text } from "./texts.js";

const MEGABYTE = 2 ** 20;
// What file search reads here, by the ending; another server may read more or less, so this only warns.
const SEARCHABLE = new Set((
  "bash bat c cc cfg conf cpp cs css csv docx eml epub fodp fods fodt go graphql h hpp htm html ini " +
  "ipynb java js json jsonl jsx kt log lua markdown mbox md mht mhtml mjs odp ods odt pdf php pl pptx " +
  "proto ps1 py r rb rs rst rtf scala scss sh shtml sql srt svelte svg swift tex text tf toml ts tsv " +
  "tsx txt vtt vue xhtml xlsx xml yaml yml"
).split(" "));
const OLD_OFFICE = new Set(["doc", "xls", "ppt"]);

for (const form of document.querySelectorAll("form[data-upload]")) prepare(form);

function prepare(form) {
  const input = form.querySelector("input[type=file]");
  const queue = form.querySelector("[data-queue]");
  const zone = form.closest("[data-drop-zone]") ?? form;
  const waiting = new Set();
  let sending = false;
  // The way out says what it leaves behind.
  const leave = form.querySelector("[data-leave]");
  const nameLeaving = () => {
    if (leave) leave.textContent = waiting.size || form.querySelector("[name=file_id]:checked") ? text("upload.leave") : text("upload.done");
  };
  form.addEventListener("change", nameLeaving);

  input.addEventListener("change", () => { add(input.files); input.value = ""; });
  zone.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.dataset.over = "";
  });
  zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) delete zone.dataset.over; });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    add(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) add(event.clipboardData.files); });
  // Leaving throws away what is chosen and not yet sent, so the browser asks first.
  window.addEventListener("beforeunload", (event) => { if (sending || waiting.size) event.preventDefault(); });

  form.addEventListener("submit", async (event) => {
    // The result of a file may hold a form of its own, such as the one that undoes it.
    if (event.target !== form) return undefined;
    if (sending) return event.preventDefault();
    if (!waiting.size) return undefined;
    event.preventDefault();
    sending = true;
    let allWell = true;
    // Files added meanwhile join the end of the queue.
    for (const item of waiting) {
      waiting.delete(item);
      nameLeaving();
      allWell = (await item.send()) && allWell;
    }
    sending = false;
    if (form.querySelector("[name=file_id]:checked")) return form.submit();
    // Every failure stays to be read; when all went well there is nothing left to do here.
    if (allWell && form.dataset.back && !queue.querySelector("[data-result=failed]")) window.location.assign(form.dataset.back);
    else refreshAttached();
    return undefined;
  });

  function add(files) {
    // On the page of an assistant the form shows itself when something is dropped there.
    form.hidden = false;
    // What the last answer found wrong with the form, such as that nothing was chosen, is over now.
    form.querySelector("[data-problems]")?.remove();
    for (const file of files) {
      const item = new Item(form, file, () => { waiting.delete(item); nameLeaving(); });
      queue.append(item.row);
      const problem = problemWith(file);
      if (problem) item.end("failed", problem);
      else waiting.add(item);
      const ending = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "txt";
      if (!problem && isForSearch() && !SEARCHABLE.has(ending))
        item.warn(text(OLD_OFFICE.has(ending) ? "upload.old_office" : "upload.unsearchable"));
    }
    nameLeaving();
  }

  function isForSearch() {
    return form.querySelector("[name=use]:checked")?.value === "file_search";
  }

  function problemWith(file) {
    const most = Number(form.dataset.most);
    const limit = Number(form.dataset.limit);
    if (waiting.size >= most) return text("upload.too-many", { most: number(most) });
    if (!file.size) return text("upload.empty");
    if (file.size > limit * MEGABYTE) return text("upload.too-large", { size: size(file.size), limit: number(limit) });
    return "";
  }
}

class Item {
  constructor(form, file, forget) {
    this.form = form;
    this.file = file;
    this.token = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.row = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
    this.row.querySelector("bdi").textContent = file.name;
    this.row.querySelector("[data-size]").textContent = size(file.size);
    this.state = this.row.querySelector("[data-state]");
    this.button = this.row.querySelector("button");
    this.button.setAttribute("aria-label", text("upload.leave-out", { name: file.name }));
    this.button.addEventListener("click", () => {
      if (this.request) return this.cancel();
      forget();
      return this.row.remove();
    });
  }

  warn(sentence) {
    const note = words(sentence);
    note.classList.add("warn");
    this.state.replaceChildren(note);
  }

  // Whether the file is attached in the end; the row tells what became of it.
  send({ evenIfKnown = false } = {}) {
    this.button.hidden = false;
    this.button.textContent = text("upload.cancel");
    this.button.setAttribute("aria-label", text("upload.cancel-file", { name: this.file.name }));
    const progress = document.createElement("progress");
    progress.setAttribute("aria-label", text("upload.sending-file", { name: this.file.name }));
    this.state.replaceChildren(progress, words(text("upload.sending")));
    const data = new FormData(this.form);
    for (const name of ["files", "file_id", "upload_token"]) data.delete(name);
    if (evenIfKnown) data.set("even_if_known", "on");
    // The page that is shown next tells what was attached.
    if (this.form.dataset.back) data.set("leaves", "on");
    data.set("upload_token", this.token);
    data.set("files", this.file);

    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        progress.max = total;
        progress.value = loaded;
        progress.nextSibling.textContent = text("upload.sent", { sent: size(loaded), size: size(total) });
      });
      request.upload.addEventListener("load", () => this.follow());
      request.addEventListener("loadend", () => { this.request = undefined; clearInterval(this.following); });
      request.addEventListener("load", () => resolve(this.tell(request)));
      request.addEventListener("error", () => resolve(this.end("failed", text("upload.broke"), { again: true })));
      request.addEventListener("abort", () => resolve(false));
      request.open("POST", this.form.action);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("HX-Current-URL", window.location.href);
      request.send(data);
    });
  }

  // The bytes are with the dashboard; now it hands them on and says how far it is.
  follow() {
    this.state.replaceChildren(words(text("upload.handing-on")));
    this.following = setInterval(async () => {
      const answer = await fetch(this.address("progress"), { headers: { "HX-Request": "true" } }).catch(() => null);
      const part = answer?.ok ? (await answer.text()).trim() : "";
      if (part && this.request) this.state.replaceChildren(...parsed(part).childNodes);
    }, 1000);
  }

  tell(request) {
    if (request.status === 204) return this.end("failed", text("upload.signed-out"), { again: true });
    const page = parsed(request.responseText);
    const results = page.querySelectorAll(".upload-result");
    if (!results.length) return this.end("failed", sentence(page) || text("upload.failed"), { again: true });
    this.button.hidden = true;
    this.state.replaceChildren(...results);
    htmx.process(this.state);
    const anyway = this.state.querySelector("[data-anyway]");
    if (anyway) {
      anyway.hidden = false;
      anyway.addEventListener("click", async () => { if (await this.send({ evenIfKnown: true })) refreshAttached(); });
    }
    if (this.state.querySelector("[data-result=failed]")) this.offerAgain();
    return request.status < 400;
  }

  async cancel() {
    this.button.hidden = true;
    this.request.abort();
    clearInterval(this.following);
    this.state.replaceChildren(words(text("upload.cancelling")));
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]").value;
    const headers = { "HX-Request": "true", "X-CSRFToken": token };
    const answer = await fetch(this.address("cancel"), { method: "POST", headers }).catch(() => null);
    if (answer?.ok) this.state.replaceChildren(...parsed(await answer.text()).querySelectorAll(".upload-result"));
    else this.end("failed", text("upload.untold"));
    refreshAttached();
  }

  end(result, sentence, { again = false } = {}) {
    this.button.hidden = true;
    const note = words(sentence);
    note.dataset.result = result;
    note.classList.add("bad");
    this.state.replaceChildren(note);
    if (again) this.offerAgain();
    return false;
  }

  offerAgain() {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-quiet btn-s";
    again.textContent = text("upload.again");
    again.addEventListener("click", async () => { if (await this.send()) refreshAttached(); });
    this.state.append(again);
  }

  address(kind) {
    return this.form.dataset[kind].replace("TOKEN", this.token);
  }
}

function refreshAttached() {
  const attached = document.getElementById("attached");
  if (attached?.dataset.refresh) htmx.ajax("GET", attached.dataset.refresh, { target: "#attached", swap: "outerHTML" });
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

function sentence(page) {
  return page.querySelector(".notice p, .empty p")?.textContent.trim().replace(/\s+/g, " ");
}

function words(sentence) {
  const paragraph = document.createElement("p");
  paragraph.className = "sub";
  paragraph.textContent = sentence;
  return paragraph;
}

function size(bytes) {
  if (bytes < 1024) return counted("size.bytes", bytes);
  return bytes < MEGABYTE ? text("size.kb", { number: number(bytes / 1024, 1) }) : text("size.mb", { number: number(bytes / MEGABYTE, 1) });
}
