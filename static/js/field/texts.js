// The page's texts, which the server has put into it, and numbers and dates in its language.

const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const texts = JSON.parse(document.getElementById("texts").textContent);
const plural = new Intl.PluralRules(language);

export function pageText(name, values = {}) {
    const entry = texts[name];
    const text = Array.isArray(entry) ? entry[plural.select(values.n) === "one" ? 0 : 1] : entry;
    return text.replace(/\{(\w+)\}/g, (match, key) => values[key] ?? match);
}

export function day(iso) {
    return iso ? new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(`${iso}T12:00`)) : "";
}

export function moment(stamp) {
    const today = new Date().toDateString() === new Date(stamp).toDateString();
    const style = today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
    return new Intl.DateTimeFormat(language, style).format(stamp);
}

export function number(value) {
    return new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
}

// A percentage as `share` writes it.
export function withUnit(value, unit) {
    const before = language === "fr" ? "\u202f" : "";
    return `${number(value)}${unit.startsWith("%") ? before : "\u00a0"}${unit}`.trim();
}

export function share(part) {
    return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(part);
}
