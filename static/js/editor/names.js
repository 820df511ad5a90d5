// The names of a function and of what it is given are made valid while they are typed: letters, digits, _ and -, and
// nothing else. Other programs name what they pass along as they like, such as $filter; what stands there stays.

const NAMES = /^(function-\d+-name|function-\d+-parameter-\d+(-field-\d+)?-name|response_format_name)$/;

const plain = (sign) => sign.normalize("NFKD").replace(/\p{M}/gu, "").replace("ß", "ss").replace(/\s/g, "_").replace(/[^\w-]/g, "");

export function keepNamesValid(form) {
  form.addEventListener("input", (event) => {
    const input = event.target;
    if (event.isComposing || !NAMES.test(input.name)) return;
    const kept = input.name.includes("-parameter-") ? input.defaultValue : "";
    const valid = (text) => Array.from(text.normalize("NFC"), (sign) => (kept.includes(sign) ? sign : plain(sign))).join("");
    const made = valid(input.value);
    if (made === input.value) return;
    const caret = valid(input.value.slice(0, input.selectionStart)).length;
    input.value = made;
    input.setSelectionRange(caret, caret);
  });
}
