// The field page: everything typed is stored on the device at once, and sent when there is a network.

import { asText, check, fill, read, showErrors, updateHints } from "./answers.js";
import { loadClock, today } from "./clock.js";
import { begin, enqueue, isStale, sendAsNew, waits } from "./drafts.js";
import { closeEntry, isEntry, isOpen, openEntry } from "./entries.js";
import { shrink } from "./pictures.js";
import { waitsFor } from "./order.js";
import { loadStored, progress, refresh, useQueue } from "./queue.js";
import { showReading } from "./reading.js";
import { leavesCounts, recordBefore } from "./second.js";
import { askToConfirm, draftLine, pictureLine, pictureReason, prototypeName, showNotices, testName } from "./show.js";
import { createSerialQueue, pageState, mine, storageQueue } from "./state.js";
import * as store from "./store.js";
import { day, moment, pageText } from "./texts.js";

const RETRY = 20_000;
const byId = (id) => document.getElementById(id);
const form = byId("log");

// What the address asks for: the start, a test, or the form of a note, an idea or attendance ("note-verbatim").
function view() {
    const [name, ...detail] = location.hash.slice(1).split("-");
    if (!name && new URLSearchParams(location.search).has("trial")) return { name: "test", detail: "" };
    return { name: name === "test" || isEntry(name) ? name : "start", detail: detail.join("-") };
}

// Show what the address asks for: two changes at once would open a form twice.
const navigationQueue = createSerialQueue();

async function route() {
    const { name, detail } = view();
    closeEntry();
    pageState.draft = null;
    await storageQueue.idle(); // what was typed last in the form that was left
    if (name === "test") await resume();
    const title = isEntry(name) ? await openEntry(name, detail) : "";
    showTitle(title);
    await show();
}

function showTitle(title) {
    const heading = byId("title");
    heading.textContent = title || (view().name === "test" ? heading.dataset.test : heading.dataset.start);
    byId("back").hidden = view().name === "start";
    document.title = `${heading.textContent} · labplatform`;
}

async function onAccount(other) {
    if (view().name === "test") {
        if (other || (pageState.draft && !pageState.touched)) await resume();
        else await offerTests();
        if (pageState.draft) await refreshDraft(pageState.draft);
        await show(); // the form is there before the waiting drafts are sent, which may take minutes
    } else if (other) await navigationQueue.add(route);
}

// A draft that was never submitted refers to the latest known state of its test; a submitted one keeps its own.
async function refreshDraft(draft) {
    const fresh = pageState.tests.find(({ id }) => id === draft.test.id);
    if (fresh && draft.sequence === undefined) draft.test = fresh;
    const record = recordBefore(draft, await store.allDrafts());
    if (pageState.draft !== draft) return;
    pageState.record = record;
    updateHints(form, draft, pageState.record);
}

// Open the unfinished draft, else a new one of the same test.
async function resume() {
    const { draft, touched } = pageState;
    const [unfinished] = await mine(({ state, test }) => test && state === "open");
    if (pageState.draft !== draft || pageState.touched !== touched) return; // submitted or changed while the device was read
    await start(unfinished ?? null, pageState.draft?.test.id);
}

// The form of a test.

// Open a draft, or begin a new one of the preferred test, of the one in the URL, or of the first.
async function start(draft, preferred) {
    Object.assign(pageState, { touched: false, isStored: Boolean(draft) });
    if (!draft) {
        const wanted = preferred ?? Number(new URLSearchParams(location.search).get("trial"));
        const test = pageState.tests.find(({ id }) => id === wanted) ?? pageState.tests[0];
        draft = test && pageState.account ? begin(test, pageState.account, today()) : null;
    }
    pageState.draft = draft;
    const pictures = draft ? await store.picturesOf(draft.key) : [];
    if (pageState.draft !== draft) return; // submitted, or another was opened, while the device was read
    pageState.pictures = pictures;
    if (draft) await refreshDraft(draft);
    if (pageState.draft !== draft) return;
    await offerTests();
    if (draft) fill(form, draft, pageState.record);
    showTest();
    showPictures();
    byId("saved-status").textContent = "";
    byId("answers").hidden = Boolean(draft?.outcome);
    if (draft?.state === "refused") showErrors(form, draft.reasons ?? {});
    else showErrors(form, {});
    byId("remove").hidden = !pageState.isStored;
}

async function offerTests() {
    const { draft } = pageState;
    const offered = [...pageState.tests];
    if (draft && !offered.some(({ id }) => id === draft.test.id)) offered.unshift(draft.test);
    const options = offered.map((test) => new Option(optionName(test, offered), test.id, false, test.id === draft?.test.id));
    form.elements.trial.replaceChildren(...options);
    form.elements.trial.disabled = Boolean(draft?.outcome);
}

// The hypothesis is shown below the list: it is needed here only to tell apart tests of one prototype.
function optionName(test, offered) {
    const isOnlyTestOfPrototype = offered.filter((other) => prototypeName(other) === prototypeName(test)).length === 1;
    const name = isOnlyTestOfPrototype ? prototypeName(test) : testName(test);
    return test.state === "concluded" ? `${name} · ${pageText("has_result")}` : name;
}

function showTest() {
    const test = pageState.draft?.test;
    byId("crumb").textContent = test ? `${test.cohort} · ${test.idea}` : "";
    byId("hypothesis").textContent = test?.hypothesis ?? "";
    byId("locked").textContent = test?.locked_on ? pageText("locked", { when: day(test.locked_on) }) : "";
}

// Another test is chosen: keep the typed answers, if there are any. The form changes at once, before the device is read:
// what is typed in the meantime belongs to the chosen test.
async function choose() {
    const test = pageState.tests.find(({ id }) => id === Number(form.elements.trial.value));
    if (!test) return;
    const draft = pageState.isStored ? Object.assign(pageState.draft, { test }) : begin(test, pageState.account, today());
    Object.assign(pageState, { draft, record: null });
    fill(form, draft, null);
    showTest();
    if (pageState.isStored) await save(draft);
    await refreshDraft(draft);
}

// Store the draft of the form.
function save(draft) {
    pageState.isStored = true;
    Object.assign(draft, { changed: Date.now() });
    return storageQueue.add(async () => {
        pageState.savedTo = await store.saveDraft(draft);
        if (pageState.draft === draft) showSaved();
    });
}

function showSaved() {
    byId("saved-status").textContent = pageState.savedTo === "nowhere" ? "" : pageText("saved_at", { when: moment(pageState.draft.changed) });
    byId("remove").hidden = false;
    updateNotices();
    showDrafts(); // not awaited: the next text may be stored
}

function onInput() {
    const { draft } = pageState;
    if (!draft) return undefined;
    pageState.touched = true;
    draft.answers = read(form);
    if (draft.state === "refused" && !draft.outcome) draft.state = "open";
    updateHints(form, draft, pageState.record);
    return save(draft);
}

// Someone who adds to the first note enters new people only: clear counts that were filled in from the first note.
function choiceChanged() {
    const { record } = pageState;
    if (form.elements.choice.value !== "add" || !record || !leavesCounts(record, read(form))) return;
    for (const name of ["participants", "successes", "groups"]) form.elements[name].value = "";
}

async function submit(event) {
    event.preventDefault();
    const { draft } = pageState;
    pageState.touched = true; // no other draft takes its place while the device is read
    const later = event.submitter?.value === "1";
    if (!draft.outcome) Object.assign(draft, { answers: read(form), later });
    await pictureQueue.idle(); // a picture that is still made smaller belongs to the note
    if (pageState.draft !== draft) return; // the form was left, or the button pressed twice
    await refreshDraft(draft); // it may have been chosen a moment ago
    const reasons = draft.outcome ? {} : check(draft, pageState.record);
    showErrors(form, reasons);
    const missing = pictureReasons();
    if (Object.keys(reasons).length || missing) return void (await save(draft));
    await enqueue(draft);
    await save(draft);
    if (pageState.savedTo === "nowhere") {
        draft.state = "open"; // not stored: keep it open in the form
        return;
    }
    if (pageState.draft === draft) await leaveForm(); // unless it was pressed twice
    await refresh();
}

async function leaveForm() {
    form.hidden = true;
    pageState.draft = null;
    await show();
    byId("saved-notes-title").scrollIntoView();
}

async function remove() {
    if (!(await askToConfirm(pageText("remove_sure")))) return;
    const { key } = pageState.draft;
    await pictureQueue.idle();
    await storageQueue.add(() => store.removeDraft(key));
    await start(null);
    await show();
}

async function copy() {
    await navigator.clipboard.writeText(asText(form, pageState.draft));
    byId("saved-status").textContent = pageText("copied");
}

// Pictures.

const pictureQueue = createSerialQueue();

function takePictures(event) {
    const [{ draft }, files] = [pageState, [...event.target.files]];
    event.target.value = "";
    const stored = onInput(); // at once: no other draft takes its place while the pictures are made smaller
    return pictureQueue.add(async () => {
        await stored;
        for (const file of files) {
            byId("picture-sign").textContent = pageText("shrinking");
            byId("picture-sign").textContent = await takeOne(file, draft);
        }
    });
}

async function takeOne(file, draft) {
    let small;
    try {
        small = await shrink(file);
    } catch {
        return pageText("no_picture");
    }
    const key = crypto.randomUUID();
    const picture = { key, draft: draft.key, account: draft.account, alt: "", faces: "", taken: Date.now(), ...small };
    try {
        await store.savePicture(picture);
    } catch {
        pageState.savedTo = "reserve";
        updateNotices();
        return pageText("picture_not_saved");
    }
    if (pageState.draft?.key === draft.key) {
        pageState.pictures.push(picture);
        showPictures();
    }
    await showDrafts();
    return "";
}

function showPictures() {
    const lines = pageState.pictures.map((picture) =>
        pictureLine(picture, {
            change: (changes) => {
                Object.assign(picture, changes, { reason: "" });
                pictureReason(byId("pictures").querySelector(`[data-key="${picture.key}"]`), "");
                store.savePicture(picture).then(() => pageState.draft && save(pageState.draft), () => (byId("picture-sign").textContent = pageText("picture_not_saved")));
            },
            remove: async () => {
                await store.removePicture(picture.key);
                pageState.pictures = pageState.pictures.filter(({ key }) => key !== picture.key);
                showPictures();
                await showDrafts();
            },
        }),
    );
    byId("pictures").replaceChildren(...lines);
}

function pictureReasons() {
    const wrong = pageState.pictures.filter(({ alt, faces, sent }) => !sent && (!alt.trim() || !faces));
    for (const { key, alt } of wrong) {
        const line = byId("pictures").querySelector(`[data-key="${key}"]`);
        pictureReason(line, alt.trim() ? pageText("picture_faces") : pageText("picture_alt"));
        line.querySelector(alt.trim() ? "[type=radio]" : "[data-alt]").focus();
    }
    return wrong.length;
}

// The page.

async function show() {
    const { name } = view();
    const nothing = name === "test" && pageState.account !== null && pageState.asOf && !pageState.tests.length && !pageState.draft;
    byId("nothing").hidden = !nothing;
    byId("start").hidden = name !== "start" || !pageState.account;
    byId("start-forms").hidden = !pageState.snapshot?.cohorts.length;
    byId("start-idea").hidden = !pageState.snapshot?.targets.length;
    byId("crumb").hidden = name !== "test";
    form.hidden = name !== "test" || !pageState.draft;
    showReading();
    byId("reading").hidden ||= name !== "start";
    byId("as-of").textContent = pageState.asOf ? pageText("as_of", { when: moment(pageState.asOf) }) : "";
    await showDrafts();
    updateNotices();
}

const listQueue = createSerialQueue();

// One after the other, so that the latest list is shown.
function showDrafts() {
    return listQueue.add(listDrafts);
}

async function listDrafts() {
    for (const stale of await mine(isStale)) await store.removeDraft(stale.key).catch(() => undefined);
    const all = await mine(() => true);
    const drafts = all.filter(({ key }) => key !== pageState.draft?.key);
    const lines = [];
    for (const draft of drafts) {
        const pictures = draft.test ? await store.countPictures(draft.key) : 0;
        const behind = waitsFor(draft, all);
        const actions = { open: (chosen) => navigationQueue.add(() => open(chosen)), again };
        lines.push(draftLine(draft, { progress: progress[draft.key], pictures, behind, ...actions }));
    }
    byId("drafts").replaceChildren(...lines);
    byId("saved-notes").hidden = !lines.length || isEntry(view().name);
    byId("another").hidden = view().name !== "test" || Boolean(pageState.draft) || !pageState.tests.length;
    byId("send-now").hidden = !drafts.some(waits) || Object.keys(progress).length > 0;
    pageState.waiting = drafts.filter(waits).length;
    pageState.others = (await store.allDrafts()).filter((d) => d.account !== pageState.account && d.state !== "sent").length;
}

async function open(draft) {
    history.replaceState(null, "", draft.kind ? `#${draft.kind}-${draft.detail}` : "#test");
    if (draft.kind) {
        if (draft.state === "waiting") Object.assign(draft, { state: "open" });
        await store.saveDraft(draft);
        showTitle(await openEntry(draft.kind, draft.detail, draft));
        return show();
    }
    showTitle("");
    if (draft.state === "waiting") Object.assign(draft, { state: draft.outcome ? "refused" : "open" });
    const opening = start(draft);
    pageState.touched = true; // the end of a synchronization puts no other draft in its place
    await opening;
    await save(draft); // from now on it waits for its writer, not for the network
    await show();
    form.scrollIntoView();
}

// The platform has an earlier version of the draft: send this one as well.
async function again(draft) {
    await sendAsNew(draft);
    await refresh();
}

function updateNotices() {
    const notices = [];
    const login = `${document.body.dataset.login}?next=${encodeURIComponent(document.body.dataset.page + location.hash)}`;
    if (pageState.savedTo === "reserve") notices.push([pageText("full"), pageText("full_text")]);
    if (pageState.savedTo === "unsure") notices.push(["", pageText("no_store")]);
    if (pageState.savedTo === "nowhere") notices.push([pageText("full"), pageText("full_lost")]);
    if (pageState.network === "offline") {
        notices.push([pageText("offline"), pageState.waiting ? pageText("waiting", { n: pageState.waiting }) : pageText("offline_text")]);
        if (!pageState.asOf) notices.push(["", pageText("never_seen")]);
    }
    if (pageState.network === "signed-out") {
        const text = pageState.account ? pageText("sign_in_text") : pageText("sign_in_first");
        notices.push([pageText("sign_in"), text, login, pageText("sign_in_action")]);
    }
    if (pageState.network === "acting") notices.push([pageText("acting"), pageText("acting_text")]);
    if (pageState.snapshot && !pageState.snapshot.sessions) notices.push(["", pageText("reading_gone")]);
    if (store.isBlocked) notices.push(["", pageText("other_tab")]);
    if (pageState.others) notices.push(["", pageText(pageState.account ? "others" : "closed", { n: pageState.others })]);
    showNotices(notices);
}

async function chooseLanguage(event) {
    const choice = await caches.open("field-choice");
    await choice.put("field-choice", new Response(event.currentTarget.dataset.language));
}

async function ready() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(document.body.dataset.worker);
    await navigator.serviceWorker.ready;
    byId("ready").hidden = false;
}

async function startPage() {
    pageState.account = await store.resumeAccount();
    pageState.isRemembered = pageState.account !== null;
    await loadClock();
    const stored = pageState.account && (await store.snapshot(pageState.account, "tests"));
    if (stored) Object.assign(pageState, { tests: stored.tests, asOf: stored.at });
    if (pageState.account) await loadStored();
    await navigationQueue.add(route);
    await refresh();
}

// The choices of the forms have come.
function onSnapshot() {
    return navigationQueue.add(() => isEntry(view().name) && !isOpen() && route());
}

useQueue({ onAccount, onSnapshot, onProgress: showDrafts, onEnd: show });

form.addEventListener("input", (event) => {
    if (event.target.id !== "photo" && event.target.id !== "trial" && !event.target.closest("#pictures")) onInput();
});
for (const radio of form.elements.choice) radio.addEventListener("input", choiceChanged);
form.addEventListener("submit", submit);
form.elements.trial.addEventListener("change", choose);
byId("photo").addEventListener("change", takePictures);
byId("copy").addEventListener("click", copy);
byId("remove").addEventListener("click", remove);
byId("send-now").addEventListener("click", refresh);
byId("another").addEventListener("click", async () => {
    await start(null);
    await show();
    form.scrollIntoView();
});
for (const link of document.querySelectorAll("[data-language]")) link.addEventListener("click", chooseLanguage);
window.addEventListener("hashchange", () => navigationQueue.add(route));
document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the part of the address after “#” says which form is open
    byId("main").focus();
});
window.addEventListener("online", refresh);
window.addEventListener("offline", () => {
    pageState.network = "offline";
    updateNotices();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
setInterval(() => pageState.waiting && pageState.network !== "acting" && refresh(), RETRY);
navigator.storage?.persist?.().catch(() => undefined);

// These fields are shown only when they are required.
for (const name of ["contradiction_reason", "choice", "replace_reason"]) {
    const field = [...form.elements].find((element) => element.name === name).closest(".field");
    field.querySelector(".optional")?.remove();
}

ready().catch(() => undefined);
await startPage();
