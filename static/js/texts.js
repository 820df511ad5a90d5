// The words that scripts show, in the reader's language: the page has them in its <template data-texts>.

const texts = new Map([...document.querySelectorAll("template[data-texts]")]
  .flatMap((one) => [...one.content.querySelectorAll("data")]).map((data) => [data.value, data.textContent]));
const language = document.documentElement.lang;
const plurals = new Intl.PluralRules(language);

// The text of this name, with the values in the places of their {names}.
export function text(name, values = {}) {
  if (!texts.has(name)) throw new Error(`This page has no text named ${name}.`);
  return texts.get(name).replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}

// The text for this number of things: `name.one`, `name.other`, or what else the language tells apart.
export function counted(name, count) {
  const kind = `${name}.${plurals.select(count)}`;
  return text(texts.has(kind) ? kind : `${name}.other`, { number: number(count) });
}

// A number as the reader writes it.
export function number(value, places = 0) {
  return value.toLocaleString(language, { minimumFractionDigits: places, maximumFractionDigits: places });
}
