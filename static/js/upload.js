// Attaching files: dropped or chosen, sent one after the other, each with its own progress and fate.

const form = document.querySelector("form[data-upload]");

if (form) {
  const input = form.querySelector("input[type=file]");
  const queue = form.querySelector("[data-queue]");
  const drop = form.querySelector("[data-drop]");

  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.dataset.over = ""; });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => { delete drop.dataset.over; });
  drop.addEventListener("drop", (event) => { event.preventDefault(); input.files = event.dataTransfer.files; });

  form.addEventListener("submit", async (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    const fates = [];
    for (const file of [...input.files]) fates.push(await send(file));
    button.disabled = false;
    input.value = "";
    // Each failure stays to be read; when all went well there is nothing left to do here.
    if (fates.every(Boolean)) window.location.assign(form.querySelector("footer a").href);
  });

  function send(file) {
    const item = document.createElement("li");
    const text = document.createElement("div");
    text.className = "grow";
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const progress = document.createElement("progress");
    progress.setAttribute("aria-label", `Sending ${file.name}`);
    const fate = document.createElement("p");
    fate.className = "sub";
    text.append(name, progress, fate);
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "btn btn-ghost btn-s";
    cancel.textContent = "Cancel";
    item.append(text, cancel);
    queue.append(item);

    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const end = (attached, words) => {
        progress.remove();
        cancel.remove();
        fate.textContent = words;
        fate.className = attached ? "sub good" : "sub bad";
        resolve(attached);
      };
      cancel.addEventListener("click", () => request.abort());
      request.upload.addEventListener("progress", ({ loaded, total }) => { progress.max = total; progress.value = loaded; });
      request.upload.addEventListener("load", () => { progress.removeAttribute("value"); fate.textContent = "Sent. Attaching…"; });
      request.addEventListener("load", () => {
        if (request.status === 401 || request.responseURL.includes("/login/")) return end(false, "You were signed out. Sign in again, then attach it.");
        if (request.status < 400) return end(true, "Attached.");
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const words = page.querySelector(".error, .notice-bad, .empty p");
        end(false, words ? words.textContent.trim().replace(/\s+/g, " ") : "It could not be attached.");
      });
      request.addEventListener("error", () => end(false, "The connection broke. Nothing was attached."));
      request.addEventListener("abort", () => end(false, "Cancelled."));
      const data = new FormData(form);
      data.delete(input.name);
      data.append(input.name, file);
      request.open("POST", form.action || window.location.href);
      request.setRequestHeader("X-CSRFToken", data.get("csrfmiddlewaretoken"));
      request.send(data);
    });
  }
}
