// The form: filled from a draft, read into it, and checked for what the device can see by itself. The platform checks
// everything again.

import { canAdd, needsChoice, total } from "./second.js";
import { measured, say, share } from "./texts.js";

const NAMES = [
    "choice",
    "replace_reason",
    "participants",
    "successes",
    "observed_value",
    "result",
    "contradiction_reason",
    "learning",
    "held_on",
    "groups",
    "observation",
    "decision",
    "strength",
];
const HOLDS = {
    ">=": (value, bar) => value >= bar,
    ">": (value, bar) => value > bar,
    "<=": (value, bar) => value <= bar,
    "<": (value, bar) => value < bar,
    "=": (value, bar) => value === bar,
};
const NUMBERS = ["participants", "successes", "observed_value"];

function box(form, name) {
    const element = form.elements[name];
    return (element instanceof RadioNodeList ? element[0] : element).closest(".field");
}

export function fill(form, { test, answers }, record) {
    for (const name of NAMES) form.elements[name].value = answers[name] ?? "";
    for (const name of ["result", "choice"]) {
        if (!answers[name]) for (const radio of form.elements[name]) radio.checked = false;
    }
    box(form, "successes").hidden = !test.counts_people;
    box(form, "observed_value").hidden = test.counts_people;
    const label = form.querySelector("label[for=id_observed_value]");
    label.textContent = test.unit ? `${say("observed")} (${test.unit})` : say("observed");
    reconsider(form, { test, answers }, record);
}

export function read(form) {
    const answers = Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
    for (const name of NUMBERS) answers[name] = answers[name].trim().replace(",", ".");
    return answers;
}

// What the test says already, what the figures say of the criterion, and whether the chosen result contradicts it.
export function reconsider(form, { test, answers }, record) {
    showFirst(form, test, answers, record);
    const counted = counts(answers, record);
    document.getElementById("hint").textContent = hint(test, counted, answers.choice === "add" && Boolean(record));
    const asked = contradicts(test, counted) || Boolean(answers.contradiction_reason);
    box(form, "contradiction_reason").hidden = !asked;
}

function showFirst(form, test, answers, record) {
    document.getElementById("first").hidden = !record;
    document.getElementById("save-later").hidden = Boolean(record?.result);
    if (!record) return;
    const first = say(record.waits ? "first_waits" : "first", { figures: figures(test, record) });
    const result = record.result ? ` ${say(`result ${record.result}`)}` : "";
    const how = say(canAdd(record, test) ? "only_new_people" : "no_add");
    document.getElementById("first-text").textContent = `${first}${result} ${how}`;
    form.querySelector("[name=choice][value=add]").closest("div").hidden = !canAdd(record, test);
    box(form, "replace_reason").hidden = answers.choice !== "replace";
}

function figures(test, record) {
    const people = say("people", { n: Number(record.participants) });
    if (!test.counts_people) return record.observed_value ? `${people}, ${measured(record.observed_value, test.unit)}` : people;
    if (record.successes === null || record.successes === "") return people;
    return say("of", { some: record.successes, all: record.participants });
}

// The answers with the counts that the test will have.
function counts(answers, record) {
    return record && answers.choice === "add" ? { ...answers, ...total(record, answers) } : answers;
}

function criterion(test) {
    return `${say(`comparator ${test.comparator}`)} ${measured(test.threshold, test.unit)}`;
}

function hint(test, answers, added) {
    const { participants: all, successes: some } = answers;
    const said = { some, all, criterion: criterion(test) };
    if (!test.counts_people || !(all > 0) || some === "" || some === null) return say("threshold", said);
    return say(added ? "hint_sum" : "hint", { ...said, share: share(some / all) });
}

function observed(test, answers) {
    const { participants: all, successes: some } = answers;
    if (!test.counts_people) return answers.observed_value === "" ? NaN : Number(answers.observed_value);
    return all > 0 && some !== "" ? Math.round((10000 * some) / all) / 100 : NaN;
}

function contradicts(test, answers) {
    const value = observed(test, answers);
    if (Number.isNaN(value) || !["met", "not_met"].includes(answers.result)) return false;
    return HOLDS[test.comparator](value, Number(test.threshold)) !== (answers.result === "met");
}

// Reasons by field; none when it can be sent.
export function check({ test, answers, later }, record) {
    const reasons = choiceReasons(answers, record);
    const figure = test.counts_people ? "successes" : "observed_value";
    for (const name of later ? ["participants"] : ["participants", figure, "result"]) {
        if (answers[name] === "" || answers[name] === null) reasons[name] = [say("needed")];
    }
    for (const name of ["participants", figure]) {
        if (!reasons[name] && Number.isNaN(Number(answers[name]))) reasons[name] = [say("no_number")];
    }
    if (test.counts_people && Number(answers.successes) > Number(answers.participants)) {
        reasons.successes ??= [say("too_many")];
    }
    if (!later && contradicts(test, counts(answers, record)) && !answers.contradiction_reason.trim()) {
        reasons.contradiction_reason = [say("say_why")];
    }
    return reasons;
}

function choiceReasons(answers, record) {
    if (needsChoice(record, answers) && !answers.choice) return { choice: [say("choose")] };
    const unsaid = record && answers.choice === "replace" && !answers.replace_reason.trim();
    return unsaid ? { replace_reason: [say("say_why_replaced")] } : {};
}

// Put each reason beside its field, those without one above the form, and take the reader to the first.
export function explain(form, reasons) {
    for (const list of form.querySelectorAll(".field > .errorlist, .field > fieldset > .errorlist")) list.remove();
    for (const element of form.querySelectorAll("[aria-invalid]")) element.removeAttribute("aria-invalid");
    const summary = document.getElementById("reasons");
    const known = Object.entries(reasons).filter(([name]) => NAMES.includes(name));
    for (const [name, said] of known) beside(form, name, said);
    const others = Object.entries(reasons).filter(([name]) => !NAMES.includes(name));
    summary.textContent = others.flatMap(([, said]) => said).join(" ");
    summary.hidden = !others.length;
    if (others.length) summary.focus();
    else form.querySelector("[aria-invalid]")?.focus();
}

function beside(form, name, said) {
    const element = form.elements[name] instanceof RadioNodeList ? form.elements[name][0] : form.elements[name];
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.id = `id_${name}_error`;
    list.append(...said.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
    const place = element.closest("fieldset:not(#answers)") ?? element.closest(".field");
    const before = place.querySelector("legend, label");
    before.after(list);
    element.setAttribute("aria-invalid", "true");
    element.setAttribute("aria-describedby", list.id);
    element.closest(".field").hidden = false;
    const folded = element.closest("details");
    if (folded) folded.open = true;
}

// The draft as plain text, to carry it elsewhere.
export function asText(form, { test }) {
    const lines = [`${test.prototype} · ${test.hypothesis}`];
    for (const name of NAMES) {
        const shown = form.elements[name].value;
        const label = box(form, name).querySelector("legend, label").textContent.replace(/\s+/g, " ").trim();
        if (shown) lines.push(`${label}: ${shown}`);
    }
    return lines.join("\n");
}
