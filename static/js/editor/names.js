// The name of a function is made valid while it is typed: it is letters, digits, _ and -, and nothing else.

const NAMES = /^(function-\d+-name|response_format_name)$/;

export function keepNamesValid(form) {
  form.addEventListener("input", (event) => {
    const input = event.target;
    if (event.isComposing || !NAMES.test(input.name)) return;
    const valid = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").replace(/\s/g, "_").replace(/[^\w-]/g, "");
    const made = valid(input.value);
    if (made === input.value) return;
    const caret = valid(input.value.slice(0, input.selectionStart)).length;
    input.value = made;
    input.setSelectionRange(caret, caret);
  });
}
