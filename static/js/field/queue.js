// The queue: load the account, the tests and what can be read without a network, then send the waiting drafts one by one
// in the order in which they were written.

import { setClock } from "./clock.js";
import { isOver, send, waits } from "./drafts.js";
import { inOrder, predecessor, waitsFor } from "./order.js";
import { pageState, mine } from "./state.js";
import { device, saveDraft, saveSnapshot, signIn, snapshot as storedSnapshot } from "./store.js";
import { pageText } from "./texts.js";
import { importKeys } from "./vault.js";
import { Acting, SignedOut, snapshot as fetchSnapshot, tests as fetchTests, Unreachable } from "./requests.js";

const FRESH = 5 * 60_000; // milliseconds for which what can be read is not loaded again
const MAX_READING_AGE = 2 * 24 * 3600_000; // milliseconds for which it can be read without contact
export let progress = {};
let page;
let readAt = 0;
let nextSync = null;

// The page has functions to call: after the account is known, when a line of the list changes, and at the end.
export function useQueue(functions) {
    page = functions;
}

// Load and send. Calls before a synchronization begins share it: whatever is written before it begins goes with it.
export function refresh() {
    nextSync ??= navigator.locks.request("field", syncOnce).catch(onRefusedLock).then(() => page.onEnd());
    return nextSync;
}

function onRefusedLock(error) {
    nextSync = null; // the next call tries again
    return onError(error);
}

async function syncOnce() {
    nextSync = null; // what is written from now on goes with the next one
    if (pageState.isRemembered && (await device("account")) !== pageState.account) location.reload(); // signed out in another tab
    else await sync().catch(onError);
}

async function sync() {
    let data = await fetchTests();
    pageState.network = "online";
    await welcome(data);
    let [arrived, answered] = [false, false];
    for (const { key } of inOrder(await mine(waits))) {
        const all = await mine(() => true);
        const draft = all.filter(waits).find((other) => other.key === key); // none when it was opened or deleted since
        if (!draft || waitsFor(draft, all)) continue;
        draft.follows = predecessor(draft, all);
        data = await sendOrAsk(draft, data);
        arrived ||= Boolean(draft.outcome);
        answered ||= !waits(draft);
        if (draft.arrived) await updateTest(draft.arrived);
        if (isOver(draft)) delete progress[key]; // others can be opened at the end, when what they refer to is loaded
        page.onProgress();
    }
    if (arrived) await welcome((data = await fetchTests()));
    if (answered || Date.now() - readAt > FRESH) await loadSnapshot();
    progress = {};
}

// Send one draft. When it gets no answer it waits, and the others go on, unless the platform answers nothing at all.
async function sendOrAsk(draft, data) {
    try {
        await send(draft, data.csrf, report);
        return data;
    } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        const fresh = await fetchTests();
        draft.trouble = "no answer";
        await saveDraft(draft);
        return fresh;
    }
}

// What could be read when the device last heard of it.
export async function loadStored() {
    const stored = await storedSnapshot(pageState.account, "reading");
    if (!stored) return;
    Object.assign(pageState, { snapshot: stored.data, readAt: stored.at });
    if (Date.now() - pageState.readAt > MAX_READING_AGE) await forgetReading();
}

// Forget people, sessions, ideas and tests; what the forms offer stays.
async function forgetReading() {
    if (!pageState.snapshot?.sessions) return;
    const { cohorts, targets } = pageState.snapshot;
    readAt = 0;
    pageState.snapshot = { cohorts, targets };
    await saveSnapshot(pageState.account, "reading", { data: pageState.snapshot, at: pageState.readAt });
}

async function loadSnapshot() {
    const data = await fetchSnapshot();
    if (!data.cohorts) return;
    readAt = Date.now();
    Object.assign(pageState, { snapshot: data, readAt });
    await saveSnapshot(pageState.account, "reading", { data, at: readAt });
    await page.onSnapshot();
}

// Update the stored test with what a note changed, for the notes that are written next.
async function updateTest(test) {
    pageState.tests = pageState.tests.map((stored) => (stored.id === test.id ? test : stored));
    await saveTests();
}

function saveTests() {
    return saveSnapshot(pageState.account, "tests", { tests: pageState.tests, at: pageState.asOf });
}

async function onError(error) {
    progress = {};
    if (error instanceof SignedOut || Date.now() - pageState.readAt > MAX_READING_AGE) await forgetReading();
    if (error instanceof SignedOut) pageState.network = "signed-out";
    else if (error instanceof Acting) pageState.network = "acting";
    else if (error instanceof Unreachable) pageState.network = "offline";
    else console.error(error);
}

function report(draft, name, values) {
    progress[draft.key] = pageText(name, values);
    page.onProgress();
}

async function welcome(data) {
    const other = pageState.account !== data.account;
    await signIn(data.account, await importKeys(data.keys));
    await setClock(data.now);
    if (other) readAt = 0;
    Object.assign(pageState, { account: data.account, tests: data.tests, asOf: Date.now() });
    if (other) pageState.snapshot = null;
    pageState.isRemembered = (await device("account")) === data.account;
    await saveTests();
    await useLanguage(data.language);
    await page.onAccount(other);
}

async function useLanguage(language) {
    const choice = await caches.open("field-choice");
    if (!(await choice.match("field-choice"))) await choice.put("field-choice", new Response(language));
}
