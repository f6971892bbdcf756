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
import { askToConfirm, draftLine, pictureLine, pictureReason, showNotices, testName } from "./show.js";
import { here, mine } from "./state.js";
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

let routing = Promise.resolve();

// Show what the address asks for. One change after the other: two at once would open a form twice.
function inTurn(change) {
    routing = routing.catch(() => undefined).then(change);
    return routing;
}

async function route() {
    const { name, detail } = view();
    closeEntry();
    here.draft = null;
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
        if (other || (here.draft && !here.touched)) await resume();
        else await offerTests();
        if (here.draft) await refreshDraft(here.draft);
    } else if (other) await inTurn(route);
}

// A draft that was never submitted refers to the latest known state of its test; a submitted one keeps its own.
async function refreshDraft(draft) {
    const fresh = here.tests.find(({ id }) => id === draft.test.id);
    if (fresh && draft.sequence === undefined) draft.test = fresh;
    const record = recordBefore(draft, await store.allDrafts());
    if (here.draft !== draft) return;
    here.record = record;
    updateHints(form, draft, here.record);
}

// Open the unfinished draft, else a new one of the same test.
async function resume() {
    const { draft, touched } = here;
    const [unfinished] = await mine(({ state, test }) => test && state === "open");
    if (here.draft !== draft || here.touched !== touched) return; // submitted or changed while the device was read
    await start(unfinished ?? null, here.draft?.test.id);
}

// The form of a test.

// Open a draft, or begin a new one of the preferred test, of the one in the URL, or of the first.
async function start(draft, preferred) {
    here.touched = false;
    if (!draft) {
        const wanted = preferred ?? Number(new URLSearchParams(location.search).get("trial"));
        const test = here.tests.find(({ id }) => id === wanted) ?? here.tests[0];
        draft = test && here.account ? begin(test, here.account, today()) : null;
    }
    here.draft = draft;
    const pictures = draft ? await store.picturesOf(draft.key) : [];
    if (here.draft !== draft) return; // submitted, or another was opened, while the device was read
    here.pictures = pictures;
    if (draft) await refreshDraft(draft);
    if (here.draft !== draft) return;
    await offerTests();
    if (draft) fill(form, draft, here.record);
    showTest();
    showPictures();
    byId("saved-status").textContent = "";
    byId("answers").hidden = Boolean(draft?.outcome);
    if (draft?.state === "refused") showErrors(form, draft.reasons ?? {});
    else showErrors(form, {});
    byId("remove").hidden = !(await isSaved(draft));
}

async function isSaved(draft) {
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
    return test.state === "concluded" ? `${testName(test)} · ${pageText("has_result")}` : testName(test);
}

function showTest() {
    const test = here.draft?.test;
    byId("crumb").textContent = test ? `${test.cohort} · ${test.idea}` : "";
    byId("hypothesis").textContent = test?.hypothesis ?? "";
    byId("locked").textContent = test?.locked_on ? pageText("locked", { when: day(test.locked_on) }) : "";
}

// Another test is chosen: keep the typed answers, if there are any.
async function choose() {
    const test = here.tests.find(({ id }) => id === Number(form.elements.trial.value));
    if (!test) return;
    const isNew = !(await isSaved(here.draft));
    if (isNew) here.draft = begin(test, here.account, today());
    else here.draft.test = test;
    await refreshDraft(here.draft);
    fill(form, here.draft, here.record);
    if (!isNew) await save();
    showTest();
}

let saving = Promise.resolve();

// Store the form.
function save() {
    const { draft } = here;
    Object.assign(draft, { changed: Date.now() });
    saving = saving.then(async () => {
        here.savedTo = await store.saveDraft(draft);
        if (here.draft === draft) await showSaved();
    });
    return saving;
}

async function showSaved() {
    byId("saved-status").textContent = here.savedTo === "nowhere" ? "" : pageText("saved_at", { when: moment(here.draft.changed) });
    byId("remove").hidden = false;
    updateNotices();
    await showDrafts();
}

function onInput() {
    const { draft } = here;
    if (!draft) return undefined;
    here.touched = true;
    draft.answers = read(form);
    if (draft.state === "refused" && !draft.outcome) draft.state = "open";
    updateHints(form, draft, here.record);
    return save();
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
    showErrors(form, reasons);
    const missing = pictureReasons();
    if (Object.keys(reasons).length || missing) return void (await save());
    await enqueue(draft);
    await save();
    form.hidden = true;
    here.draft = null;
    await show();
    byId("saved-notes-title").scrollIntoView();
    await refresh();
}

async function remove() {
    if (!(await askToConfirm(pageText("remove_sure")))) return;
    await store.removeDraft(here.draft.key);
    await start(null);
    await show();
}

async function copy() {
    await navigator.clipboard.writeText(asText(form, here.draft));
    byId("saved-status").textContent = pageText("copied");
}

// Pictures.

async function takePictures(event) {
    const files = [...event.target.files];
    event.target.value = "";
    for (const file of files) {
        byId("picture-sign").textContent = pageText("shrinking");
        byId("picture-sign").textContent = await takeOne(file);
    }
}

async function takeOne(file) {
    const { draft } = here;
    let small;
    try {
        small = await shrink(file);
    } catch {
        return pageText("no_picture");
    }
    const key = crypto.randomUUID();
    const picture = { key, draft: draft.key, account: draft.account, alt: "", faces: "", taken: Date.now(), ...small };
    try {
        await onInput();
        await store.savePicture(picture);
    } catch {
        here.savedTo = "reserve";
        updateNotices();
        return pageText("picture_not_saved");
    }
    here.pictures.push(picture);
    showPictures();
    await showDrafts();
    return "";
}

function showPictures() {
    const lines = here.pictures.map((picture) =>
        pictureLine(picture, {
            change: (changes) => {
                Object.assign(picture, changes, { reason: "" });
                pictureReason(byId("pictures").querySelector(`[data-key="${picture.key}"]`), "");
                store.savePicture(picture).then(save, () => (byId("picture-sign").textContent = pageText("picture_not_saved")));
            },
            remove: async () => {
                await store.removePicture(picture.key);
                here.pictures = here.pictures.filter(({ key }) => key !== picture.key);
                showPictures();
                await showDrafts();
            },
        }),
    );
    byId("pictures").replaceChildren(...lines);
}

function pictureReasons() {
    const wrong = here.pictures.filter(({ alt, faces, sent }) => !sent && (!alt.trim() || !faces));
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
    const nothing = name === "test" && here.account !== null && here.asOf && !here.tests.length && !here.draft;
    byId("nothing").hidden = !nothing;
    byId("start").hidden = name !== "start" || !here.account;
    byId("start-forms").hidden = !here.snapshot?.cohorts.length;
    byId("start-idea").hidden = !here.snapshot?.targets.length;
    byId("crumb").hidden = name !== "test";
    form.hidden = name !== "test" || !here.draft;
    showReading();
    byId("reading").hidden ||= name !== "start";
    byId("as-of").textContent = here.asOf ? pageText("as_of", { when: moment(here.asOf) }) : "";
    await showDrafts();
    updateNotices();
}

let showing = Promise.resolve();

// One after the other, so that the latest list is shown.
function showDrafts() {
    showing = showing.then(listDrafts);
    return showing;
}

async function listDrafts() {
    for (const stale of await mine(isStale)) await store.removeDraft(stale.key).catch(() => undefined);
    const all = await mine(() => true);
    const drafts = all.filter(({ key }) => key !== here.draft?.key);
    const lines = [];
    for (const draft of drafts) {
        const pictures = draft.test ? await store.countPictures(draft.key) : 0;
        const behind = waitsFor(draft, all);
        const actions = { open: (chosen) => inTurn(() => open(chosen)), again };
        lines.push(draftLine(draft, { progress: progress[draft.key], pictures, behind, ...actions }));
    }
    byId("drafts").replaceChildren(...lines);
    byId("saved-notes").hidden = !lines.length || isEntry(view().name);
    byId("another").hidden = view().name !== "test" || Boolean(here.draft) || !here.tests.length;
    byId("send-now").hidden = !drafts.some(waits) || Object.keys(progress).length > 0;
    here.waiting = drafts.filter(waits).length;
    here.others = (await store.allDrafts()).filter((d) => d.account !== here.account && d.state !== "sent").length;
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
    await start(draft);
    await save(); // from now on it waits for its writer, not for the network
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
    if (here.savedTo === "reserve") notices.push([pageText("full"), pageText("full_text")]);
    if (here.savedTo === "unsure") notices.push(["", pageText("no_store")]);
    if (here.savedTo === "nowhere") notices.push([pageText("full"), pageText("full_lost")]);
    if (here.network === "offline") {
        notices.push([pageText("offline"), here.waiting ? pageText("waiting", { n: here.waiting }) : pageText("offline_text")]);
        if (!here.asOf) notices.push(["", pageText("never_seen")]);
    }
    if (here.network === "signed-out") {
        const text = here.account ? pageText("sign_in_text") : pageText("sign_in_first");
        notices.push([pageText("sign_in"), text, login, pageText("sign_in_action")]);
    }
    if (here.network === "acting") notices.push([pageText("acting"), pageText("acting_text")]);
    if (here.snapshot && !here.snapshot.sessions) notices.push(["", pageText("reading_gone")]);
    if (store.isBlocked) notices.push(["", pageText("other_tab")]);
    if (here.others) notices.push(["", pageText(here.account ? "others" : "closed", { n: here.others })]);
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
    here.account = await store.resumeAccount();
    here.isRemembered = here.account !== null;
    await loadClock();
    const stored = here.account && (await store.snapshot(here.account, "tests"));
    if (stored) Object.assign(here, { tests: stored.tests, asOf: stored.at });
    if (here.account) await loadStored();
    await inTurn(route);
    await refresh();
}

// The choices of the forms have come.
function onSnapshot() {
    return inTurn(() => isEntry(view().name) && !isOpen() && route());
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
window.addEventListener("hashchange", () => inTurn(route));
document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the part of the address after “#” says which form is open
    byId("main").focus();
});
window.addEventListener("online", refresh);
window.addEventListener("offline", () => {
    here.network = "offline";
    updateNotices();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
setInterval(() => here.waiting && here.network !== "acting" && refresh(), RETRY);
navigator.storage?.persist?.().catch(() => undefined);

// These fields are shown only when they are required.
for (const name of ["contradiction_reason", "choice", "replace_reason"]) {
    const field = [...form.elements].find((element) => element.name === name).closest(".field");
    field.querySelector(".optional")?.remove();
}

ready().catch(() => undefined);
await startPage();
