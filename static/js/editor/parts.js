// A part of the form that the server draws anew: what is typed while its answer is on the way stays.
// Adding leaves every field its name, so the new words go back where they stood; whatever else a
// button does may move fields, so that part takes no words until its answer is there.

const PARTS = "#functions, #response-format";
const KEEPS_NAMES = /(^function-add|-row|-show)$/;

export function keepTyping(form) {
  const underWay = new Map();

  form.addEventListener("htmx:beforeRequest", (event) => {
    const { target, requestConfig } = event.detail;
    if (!target.matches(PARTS)) return;
    if (underWay.has(target.id)) {
      // An answer to what was sent before would undo this one; a kind that was chosen is asked for again.
      event.preventDefault();
      if (event.target.matches("select")) underWay.get(target.id).again = event.target.name;
      return;
    }
    underWay.set(target.id, { sent: new Map([...fieldsOf(target)].map(([key, field]) => [key, valueOf(field)])) });
    target.setAttribute("aria-busy", "true");
    target.inert = !KEEPS_NAMES.test(requestConfig.formData.get("do"));
  });

  form.addEventListener("htmx:beforeSwap", (event) => {
    const now = underWay.get(event.detail.target.id);
    if (!now) return;
    const part = event.detail.target;
    now.typed = [...fieldsOf(part)].filter(([key, field]) => valueOf(field) !== now.sent.get(key)).map(([key, field]) => [key, valueOf(field)]);
    const active = document.activeElement;
    if (now.typed.length && part.contains(active) && active.matches("input, textarea")) {
      now.active = keyOf(active);
      now.caret = [active.selectionStart, active.selectionEnd];
    }
  });

  form.addEventListener("htmx:afterSwap", () => {
    for (const [id, { typed, active, caret }] of underWay) {
      const part = document.getElementById(id);
      if (!typed) continue;
      const fields = fieldsOf(part);
      for (const [key, value] of typed) if (fields.has(key)) put(fields.get(key), value);
      if (!fields.has(active)) continue;
      // Whoever is typing is not taken away to the new row.
      for (const field of part.querySelectorAll("[autofocus]")) field.removeAttribute("autofocus");
      fields.get(active).focus();
      if (caret[0] !== null) fields.get(active).setSelectionRange(...caret);
    }
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    // A problem is shown elsewhere, and the answer's target is then that place.
    const { id } = event.detail.requestConfig.target;
    const ended = underWay.get(id);
    if (!ended) return;
    underWay.delete(id);
    const part = document.getElementById(id);
    part.removeAttribute("aria-busy");
    part.inert = false;
    if (ended.again) setTimeout(() => htmx.trigger(part.querySelector(`[name="${ended.again}"]`), "change"), 50);
  });
}

function fieldsOf(part) {
  return new Map([...part.querySelectorAll("input[name], select[name], textarea[name]")].map((field) => [keyOf(field), field]));
}

function isTicked(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function keyOf(field) {
  return isTicked(field) ? `${field.name}=${field.value}` : field.name;
}

function valueOf(field) {
  return isTicked(field) ? field.checked : field.value;
}

function put(field, value) {
  if (isTicked(field)) field.checked = value;
  else field.value = value;
}
