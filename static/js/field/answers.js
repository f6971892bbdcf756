// The form: filled from a draft, read into it, and checked for what the device can see by itself. The platform checks
// everything again.

import { canAdd, needsChoice, total } from "./second.js";
import { pageText, share, withUnit } from "./texts.js";

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
const COMPARATORS = {
    ">=": (value, threshold) => value >= threshold,
    ">": (value, threshold) => value > threshold,
    "<=": (value, threshold) => value <= threshold,
    "<": (value, threshold) => value < threshold,
    "=": (value, threshold) => value === threshold,
};
const NUMBERS = ["participants", "successes", "observed_value"];

function fieldOf(form, name) {
    const element = form.elements[name];
    return (element instanceof RadioNodeList ? element[0] : element).closest(".field");
}

export function fill(form, { test, answers }, record) {
    for (const name of NAMES) form.elements[name].value = answers[name] ?? "";
    for (const name of ["result", "choice"]) {
        if (!answers[name]) for (const radio of form.elements[name]) radio.checked = false;
    }
    fieldOf(form, "successes").hidden = !test.counts_people;
    fieldOf(form, "observed_value").hidden = test.counts_people;
    const label = form.querySelector("label[for=id_observed_value]");
    label.textContent = test.unit ? `${pageText("observed")} (${test.unit})` : pageText("observed");
    updateHints(form, { test, answers }, record);
}

export function read(form) {
    const answers = Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
    for (const name of NUMBERS) answers[name] = answers[name].trim().replace(",", ".");
    return answers;
}

// Show the first note of the test, compare the figures with the criterion, and ask why when the result contradicts it.
export function updateHints(form, { test, answers }, record) {
    showFirst(form, test, answers, record);
    const counted = counts(answers, record);
    document.getElementById("hint").textContent = hint(test, counted, answers.choice === "add" && Boolean(record));
    const needsReason = contradicts(test, counted) || Boolean(answers.contradiction_reason);
    fieldOf(form, "contradiction_reason").hidden = !needsReason;
}

function showFirst(form, test, answers, record) {
    document.getElementById("first").hidden = !record;
    document.getElementById("save-later").hidden = Boolean(record?.result);
    if (!record) return;
    const first = pageText(record.waits ? "first_waits" : "first", { figures: figures(test, record) });
    const result = record.result ? ` ${pageText(`result ${record.result}`)}` : "";
    const how = pageText(canAdd(record, test) ? "only_new_people" : "no_add");
    document.getElementById("first-text").textContent = `${first}${result} ${how}`;
    form.querySelector("[name=choice][value=add]").closest("div").hidden = !canAdd(record, test);
    fieldOf(form, "replace_reason").hidden = answers.choice !== "replace";
}

function figures(test, record) {
    const people = pageText("people", { n: Number(record.participants) });
    if (!test.counts_people) return record.observed_value ? `${people}, ${withUnit(record.observed_value, test.unit)}` : people;
    if (record.successes === null || record.successes === "") return people;
    return pageText("of", { some: record.successes, all: record.participants });
}

// Return the answers with the counts that the test will have.
function counts(answers, record) {
    return record && answers.choice === "add" ? { ...answers, ...total(record, answers) } : answers;
}

function criterion(test) {
    return `${pageText(`comparator ${test.comparator}`)} ${withUnit(test.threshold, test.unit)}`;
}

function hint(test, answers, added) {
    const { participants: all, successes: some } = answers;
    const values = { some, all, criterion: criterion(test) };
    if (!test.counts_people || !(all > 0) || some === "" || some === null) return pageText("threshold", values);
    return pageText(added ? "hint_sum" : "hint", { ...values, share: share(some / all) });
}

function observed(test, answers) {
    const { participants: all, successes: some } = answers;
    if (!test.counts_people) return answers.observed_value === "" ? NaN : Number(answers.observed_value);
    return all > 0 && some !== "" ? Math.round((10000 * some) / all) / 100 : NaN;
}

function contradicts(test, answers) {
    const value = observed(test, answers);
    if (Number.isNaN(value) || !["met", "not_met"].includes(answers.result)) return false;
    return COMPARATORS[test.comparator](value, Number(test.threshold)) !== (answers.result === "met");
}

// Return the errors by field; none when the form can be sent.
export function check({ test, answers, later }, record) {
    const reasons = choiceReasons(answers, record);
    const figure = test.counts_people ? "successes" : "observed_value";
    for (const name of later ? ["participants"] : ["participants", figure, "result"]) {
        if (answers[name] === "" || answers[name] === null) reasons[name] = [pageText("needed")];
    }
    for (const name of ["participants", figure]) {
        if (!reasons[name] && Number.isNaN(Number(answers[name]))) reasons[name] = [pageText("no_number")];
    }
    if (test.counts_people && Number(answers.successes) > Number(answers.participants)) {
        reasons.successes ??= [pageText("too_many")];
    }
    if (!later && contradicts(test, counts(answers, record)) && !answers.contradiction_reason.trim()) {
        reasons.contradiction_reason = [pageText("give_reason")];
    }
    return reasons;
}

function choiceReasons(answers, record) {
    if (needsChoice(record, answers) && !answers.choice) return { choice: [pageText("choose")] };
    const isReasonMissing = record && answers.choice === "replace" && !answers.replace_reason.trim();
    return isReasonMissing ? { replace_reason: [pageText("give_replace_reason")] } : {};
}

// Show each error next to its field, or above the form, and focus the first one.
export function showErrors(form, reasons) {
    for (const list of form.querySelectorAll(".field > .errorlist, .field > fieldset > .errorlist")) list.remove();
    for (const element of form.querySelectorAll("[aria-invalid]")) element.removeAttribute("aria-invalid");
    const summary = form.querySelector(".error-summary");
    const ofFields = Object.entries(reasons).filter(([name]) => form.elements[name]);
    for (const [name, messages] of ofFields) showErrorsOfField(form, name, messages);
    const others = Object.entries(reasons).filter(([name]) => !form.elements[name]);
    summary.textContent = others.flatMap(([, messages]) => messages).join(" ");
    summary.hidden = !others.length;
    if (others.length) summary.focus();
    else form.querySelector("[aria-invalid]")?.focus();
}

function showErrorsOfField(form, name, messages) {
    const element = form.elements[name] instanceof RadioNodeList ? form.elements[name][0] : form.elements[name];
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.id = `id_${name}_error`;
    list.append(...messages.map((message) => Object.assign(document.createElement("li"), { textContent: message })));
    const container = element.closest("fieldset:not(#answers)") ?? element.closest(".field");
    const before = container.querySelector("legend, label");
    before.after(list);
    element.setAttribute("aria-invalid", "true");
    element.setAttribute("aria-describedby", list.id);
    element.closest(".field").hidden = false;
    const folded = element.closest("details");
    if (folded) folded.open = true;
}

// Return the draft as plain text, to copy it.
export function asText(form, { test }) {
    const lines = [`${test.prototype} · ${test.hypothesis}`];
    for (const name of NAMES) {
        const value = form.elements[name].value;
        const label = fieldOf(form, name).querySelector("legend, label").textContent.replace(/\s+/g, " ").trim();
        if (value) lines.push(`${label}: ${value}`);
    }
    return lines.join("\n");
}
