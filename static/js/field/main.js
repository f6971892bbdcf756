// The field page: what one types is kept on the device at every stroke, and sent when there is network.

import { asText, check, explain, fill, read, reconsider } from "./answers.js";
import { begin, isStale, send, waits } from "./drafts.js";
import { shrink } from "./pictures.js";
import { inOrder, nextSequence, predecessor, waitsFor } from "./order.js";
import { leavesCounts, recordBefore } from "./second.js";
import { draftLine, notes, pictureLine, pictureReason, sure, testName } from "./show.js";
import * as store from "./store.js";
import { day, moment, say, today } from "./texts.js";
import { SignedOut, tests as fetchTests, Unreachable } from "./wire.js";

const RETRY = 20_000;
const at = (id) => document.getElementById(id);
const form = at("log");
const here = { account: null, tests: [], asOf: 0, network: "unknown", kept: "store", draft: null, record: null, pictures: [], touched: false };
let progress = {};

// Network: who is signed in, the tests, then whatever waits.

async function refresh() {
    await navigator.locks.request("field", { ifAvailable: true }, async (lock) => {
        if (lock) await exchange().catch(note);
    });
    await show();
}

async function exchange() {
    let told = await fetchTests();
    here.network = "online";
    await welcome(told);
    let arrived = false;
    for (const draft of inOrder(await mine(waits))) {
        const all = await mine(() => true);
        if (waitsFor(draft, all)) continue;
        draft.follows = predecessor(draft, all);
        await send(draft, told.csrf, tell);
        arrived ||= Boolean(draft.outcome);
        if (draft.arrived) await updateTest(draft.arrived);
        delete progress[draft.key];
    }
    if (arrived) await welcome((told = await fetchTests()));
}

// Update the stored test with what a note changed, for the notes that are written next.
async function updateTest(test) {
    here.tests = here.tests.map((known) => (known.id === test.id ? test : known));
    const along = await store.get("tests", here.account).catch(() => null);
    if (along) await store.put("tests", { ...along, tests: here.tests }).catch(() => undefined);
}

function note(error) {
    progress = {};
    if (error instanceof SignedOut) here.network = "signed-out";
    else if (error instanceof Unreachable) here.network = "offline";
    else console.error(error);
}

function tell(draft, name, values) {
    progress[draft.key] = say(name, values);
    showDrafts();
}

async function welcome(told) {
    const other = here.account !== told.account;
    Object.assign(here, { account: told.account, tests: told.tests, asOf: Date.now() });
    await store.setAccount(told.account);
    await store.put("tests", { ...told, csrf: "", at: here.asOf }).catch(() => undefined);
    await useLanguage(told.language);
    if (other || (here.draft && !here.touched)) await resume();
    else await offerTests();
    if (here.draft) await refreshDraft();
}

// A draft that was never submitted refers to the latest known state of its test; a submitted one keeps its own.
async function refreshDraft() {
    const { draft } = here;
    const fresh = here.tests.find(({ id }) => id === draft.test.id);
    if (fresh && draft.sequence === undefined) draft.test = fresh;
    here.record = recordBefore(draft, await store.allDrafts());
    reconsider(form, draft, here.record);
}

// The unfinished draft, else a fresh one of the same test.
async function resume() {
    const [unfinished] = await mine(({ state }) => state === "open");
    await start(unfinished ?? null, here.draft?.test.id);
}

async function useLanguage(language) {
    const choice = await caches.open("field-choice");
    if (!(await choice.match("field-choice"))) await choice.put("field-choice", new Response(language));
}

// The form.

async function mine(which) {
    const drafts = await store.allDrafts();
    return drafts.filter((draft) => draft.account === here.account && which(draft));
}

// Write a draft, or begin the next one: of the only test, the one of the address, or the first.
async function start(draft, preferred) {
    here.touched = false;
    if (!draft) {
        const asked = preferred ?? Number(new URLSearchParams(location.search).get("trial"));
        const test = here.tests.find(({ id }) => id === asked) ?? here.tests[0];
        draft = test && here.account ? begin(test, here.account, today()) : null;
    }
    here.draft = draft;
    here.pictures = draft ? await store.picturesOf(draft.key) : [];
    if (draft) await refreshDraft();
    await offerTests();
    if (draft) fill(form, draft, here.record);
    showTest();
    showPictures();
    at("kept-sign").textContent = "";
    at("answers").hidden = Boolean(draft?.outcome);
    at("remove").hidden = !(await isKept(draft));
    if (draft?.state === "refused") explain(form, draft.reasons ?? {});
    else explain(form, {});
}

async function isKept(draft) {
    return Boolean(draft && (await store.allDrafts()).some(({ key }) => key === draft.key));
}

async function offerTests() {
    const { draft } = here;
    const offered = [...here.tests];
    if (draft && !offered.some(({ id }) => id === draft.test.id)) offered.unshift(draft.test);
    const options = offered.map((test) => new Option(optionName(test), test.id, false, test.id === draft?.test.id));
    form.elements.trial.replaceChildren(...options);
    form.elements.trial.disabled = Boolean(draft?.outcome);
}

function optionName(test) {
    return test.state === "concluded" ? `${testName(test)} · ${say("has_result")}` : testName(test);
}

function showTest() {
    const test = here.draft?.test;
    at("crumb").textContent = test ? `${test.cohort} · ${test.idea}` : "";
    at("hypothesis").textContent = test?.hypothesis ?? "";
    at("locked").textContent = test?.locked_on ? say("locked", { when: day(test.locked_on) }) : "";
}

// Another test is chosen: what is typed goes along, unless nothing was typed yet.
async function choose() {
    const test = here.tests.find(({ id }) => id === Number(form.elements.trial.value));
    if (!test) return;
    const isNew = !(await isKept(here.draft));
    if (isNew) here.draft = begin(test, here.account, today());
    else here.draft.test = test;
    await refreshDraft();
    fill(form, here.draft, here.record);
    if (!isNew) await keep();
    showTest();
}

let keeping = Promise.resolve();

// Keep what stands in the form; several at once become one.
function keep() {
    const { draft } = here;
    Object.assign(draft, { changed: Date.now() });
    keeping = keeping.then(async () => {
        here.kept = await store.keepDraft(draft);
        if (here.draft === draft) await showKept();
    });
    return keeping;
}

async function showKept() {
    at("kept-sign").textContent = here.kept === "nowhere" ? "" : say("kept", { when: moment(here.draft.changed) });
    at("remove").hidden = false;
    showNotes();
    await showDrafts();
}

function typed() {
    const { draft } = here;
    if (!draft) return undefined;
    here.touched = true;
    draft.answers = read(form);
    if (draft.state === "refused" && !draft.outcome) draft.state = "open";
    reconsider(form, draft, here.record);
    return keep();
}

// Someone who adds to the first note enters new people only: clear counts that were filled in from the first note.
function choiceChanged() {
    const { record } = here;
    if (form.elements.choice.value !== "add" || !record || !leavesCounts(record, read(form))) return;
    for (const name of ["participants", "successes", "groups"]) form.elements[name].value = "";
}

async function submit(event) {
    event.preventDefault();
    const { draft } = here;
    const later = event.submitter?.value === "1";
    if (!draft.outcome) Object.assign(draft, { answers: read(form), later });
    const reasons = draft.outcome ? {} : check(draft, here.record);
    explain(form, reasons);
    const unsaid = pictureReasons();
    if (Object.keys(reasons).length || unsaid) return void (await keep());
    draft.sequence ??= nextSequence(await store.allDrafts());
    draft.written ??= Date.now();
    Object.assign(draft, { state: "waiting", reasons: {} });
    await keep();
    form.hidden = true;
    here.draft = null;
    await show();
    at("kept-title").scrollIntoView();
    await refresh();
}

async function remove() {
    if (!(await sure(say("remove_sure")))) return;
    await store.removeDraft(here.draft.key);
    await start(null);
    await show();
}

async function copy() {
    await navigator.clipboard.writeText(asText(form, here.draft));
    at("kept-sign").textContent = say("copied");
}

// Pictures.

async function take(event) {
    const files = [...event.target.files];
    event.target.value = "";
    for (const file of files) {
        at("picture-sign").textContent = say("shrinking");
        at("picture-sign").textContent = await takeOne(file);
    }
}

async function takeOne(file) {
    const { draft } = here;
    let small;
    try {
        small = await shrink(file);
    } catch {
        return say("no_picture");
    }
    const key = crypto.randomUUID();
    const picture = { key, draft: draft.key, account: draft.account, alt: "", faces: "", taken: Date.now(), ...small };
    try {
        await typed();
        await store.put("pictures", picture);
    } catch {
        here.kept = "reserve";
        showNotes();
        return say("picture_not_kept");
    }
    here.pictures.push(picture);
    showPictures();
    await showDrafts();
    return "";
}

function showPictures() {
    const lines = here.pictures.map((picture) =>
        pictureLine(picture, {
            change: (said) => {
                Object.assign(picture, said, { reason: "" });
                pictureReason(at("pictures").querySelector(`[data-key="${picture.key}"]`), "");
                store.put("pictures", picture).then(keep, () => (at("picture-sign").textContent = say("picture_not_kept")));
            },
            remove: async () => {
                await store.removePicture(picture.key);
                here.pictures = here.pictures.filter(({ key }) => key !== picture.key);
                showPictures();
                await showDrafts();
            },
        }),
    );
    at("pictures").replaceChildren(...lines);
}

function pictureReasons() {
    const wrong = here.pictures.filter(({ alt, faces, sent }) => !sent && (!alt.trim() || !faces));
    for (const { key, alt } of wrong) {
        const line = at("pictures").querySelector(`[data-key="${key}"]`);
        pictureReason(line, alt.trim() ? say("picture_faces") : say("picture_alt"));
        line.querySelector(alt.trim() ? "[type=radio]" : "[data-alt]").focus();
    }
    return wrong.length;
}

// What the page shows.

async function show() {
    const nothing = here.account !== null && here.asOf && !here.tests.length && !here.draft;
    at("nothing").hidden = !nothing;
    form.hidden = !here.draft;
    at("as-of").textContent = here.asOf ? say("as_of", { when: moment(here.asOf) }) : "";
    await showDrafts();
    showNotes();
}

let showing = Promise.resolve();

// One after the other, so that the latest is what stays.
function showDrafts() {
    showing = showing.then(listDrafts);
    return showing;
}

async function listDrafts() {
    for (const stale of await mine(isStale)) await store.removeDraft(stale.key).catch(() => undefined);
    const drafts = (await mine(() => true)).filter(({ key }) => key !== here.draft?.key);
    const all = await mine(() => true);
    const lines = [];
    for (const draft of drafts) {
        const pictures = (await store.picturesOf(draft.key)).length;
        const behind = waitsFor(draft, all);
        lines.push(draftLine(draft, { progress: progress[draft.key], pictures, behind, open }));
    }
    at("drafts").replaceChildren(...lines);
    at("kept").hidden = !lines.length;
    at("another").hidden = Boolean(here.draft) || !here.tests.length;
    at("send-now").hidden = !drafts.some(waits) || Object.keys(progress).length > 0;
    here.waiting = drafts.filter(waits).length;
    here.others = (await store.allDrafts()).filter((d) => d.account !== here.account && d.state !== "sent").length;
}

async function open(draft) {
    if (draft.state === "waiting") Object.assign(draft, { state: draft.outcome ? "refused" : "open" });
    await start(draft);
    await keep(); // from here on it waits for its writer, not for the network
    await show();
    form.scrollIntoView();
}

function showNotes() {
    const told = [];
    const login = `${document.body.dataset.login}?next=${document.body.dataset.page}`;
    if (here.kept === "reserve") told.push([say("full"), say("full_text")]);
    if (here.kept === "unsure") told.push(["", say("no_store")]);
    if (here.kept === "nowhere") told.push([say("full"), say("full_lost")]);
    if (here.network === "offline") {
        told.push([say("offline"), here.waiting ? say("waiting", { n: here.waiting }) : say("offline_text")]);
        if (!here.asOf) told.push(["", say("never_seen")]);
    }
    if (here.network === "signed-out") {
        const text = here.account ? say("sign_in_text") : say("sign_in_first");
        told.push([say("sign_in"), text, login, say("sign_in_action")]);
    }
    if (here.others) told.push(["", say(here.account ? "others" : "closed", { n: here.others })]);
    notes(told);
}

async function chooseLanguage(event) {
    const choice = await caches.open("field-choice");
    await choice.put("field-choice", new Response(event.currentTarget.dataset.language));
}

async function ready() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(document.body.dataset.worker);
    await navigator.serviceWorker.ready;
    at("ready").hidden = false;
}

async function begun() {
    here.account = await store.account();
    const along = here.account && (await store.get("tests", here.account).catch(() => null));
    if (along) Object.assign(here, { tests: along.tests, asOf: along.at });
    await resume();
    await show();
    await refresh();
}

form.addEventListener("input", (event) => {
    if (event.target.id !== "photo" && event.target.id !== "trial" && !event.target.closest("#pictures")) typed();
});
for (const radio of form.elements.choice) radio.addEventListener("input", choiceChanged);
form.addEventListener("submit", submit);
form.elements.trial.addEventListener("change", choose);
at("photo").addEventListener("change", take);
at("copy").addEventListener("click", copy);
at("remove").addEventListener("click", remove);
at("send-now").addEventListener("click", refresh);
at("another").addEventListener("click", async () => {
    await start(null);
    await show();
    form.scrollIntoView();
});
for (const link of document.querySelectorAll("[data-language]")) link.addEventListener("click", chooseLanguage);
window.addEventListener("online", refresh);
window.addEventListener("offline", () => {
    here.network = "offline";
    showNotes();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
setInterval(() => here.waiting && refresh(), RETRY);
navigator.storage?.persist?.().catch(() => undefined);

// They are only asked for when needed.
for (const name of ["contradiction_reason", "choice", "replace_reason"]) {
    const place = [...form.elements].find((element) => element.name === name).closest(".field");
    place.querySelector(".optional")?.remove();
}

ready().catch(() => undefined);
await begun();
