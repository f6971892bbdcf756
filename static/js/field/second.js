// A second note on a test: the figures recorded before it, and whether it adds to them or replaces them.

import { isBefore } from "./order.js";

const COUNTS = ["participants", "successes", "observed_value", "groups"];

function isEmpty(value) {
    return value === null || value === undefined || value === "";
}

function same(one, other) {
    return String(one ?? "").trim() === String(other ?? "").trim() || (!isEmpty(one) && Number(one) === Number(other));
}

// The figures before a draft: those of the platform, then those of earlier notes that wait on this device; null if none.
export function recordBefore(draft, drafts) {
    const waiting = drafts.filter((other) => isBefore(other, draft) && !other.outcome);
    const { noted } = draft.test;
    const recorded = isEmpty(noted.participants) ? null : { ...noted, waits: false };
    return waiting.reduce((record, { answers }) => ({ ...combined(record, answers), waits: true }), recorded);
}

function combined(record, answers) {
    if (!record || answers.choice !== "add") return answers;
    return { ...answers, ...total(record, answers) };
}

export function total(record, answers) {
    const sum = (name) => (isEmpty(answers[name]) ? "" : Number(record[name]) + Number(answers[name]));
    return { participants: sum("participants"), successes: sum("successes") };
}

// Only counts of people, and of those who succeeded, can be added up.
export function canAdd(record, test) {
    return Boolean(record && test.counts_people && !isEmpty(record.participants) && !isEmpty(record.successes));
}

// A note that leaves the counts as they are, and adds what the first does not say yet, needs no choice.
export function needsChoice(record, answers) {
    return Boolean(record && (record.result || !leavesCounts(record, answers)));
}

export function leavesCounts(record, answers) {
    return COUNTS.every((name) => isEmpty(record[name]) || same(record[name], answers[name]));
}
