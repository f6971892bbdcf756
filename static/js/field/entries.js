// The forms of notes, ideas and attendance: what is typed is stored at once; saving puts it into the queue.

import { showErrors } from "./answers.js";
import { newCode, printedCode, withdrawalAddress } from "./codes.js";
import { enqueue } from "./drafts.js";
import { shrink } from "./pictures.js";
import { refresh } from "./queue.js";
import { askToConfirm } from "./show.js";
import { pageState, mine, storageQueue } from "./state.js";
import { picturesOf, removeDraft, removePicture, saveDraft, savePicture } from "./store.js";
import { moment, pageText } from "./texts.js";

const forms = Object.fromEntries([...document.querySelectorAll("form[data-kind]")].map((form) => [form.dataset.kind, form]));
const noteKinds = JSON.parse(document.getElementById("note-kinds").textContent);
const MAX_NAME = 60; // characters of a text in a list
let form = null;
let draft = null;
let file = null;

export function isEntry(kind) {
    return Object.hasOwn(forms, kind);
}

// Whether a form is open.
export function isOpen() {
    return form !== null;
}

export function closeEntry() {
    for (const each of Object.values(forms)) {
        each.hidden = true;
        each.reset(); // which discards a recording that goes on
    }
    [form, draft, file] = [null, null, null];
}

// Open a draft, else the unfinished one of this kind, else a new one; return the title of the form, "" for none.
export async function openEntry(kind, detail, chosen = null) {
    closeEntry();
    await storageQueue.idle(); // what was typed last in the form that was left
    if (!pageState.account || !pageState.snapshot || (kind === "note" && !noteKinds[detail])) return "";
    const [unfinished] = await mine((other) => isUnfinished(other, kind, detail));
    draft = chosen ?? unfinished ?? (await begin(kind, detail));
    file = (await picturesOf(draft.key))[0] ?? null;
    form = forms[kind];
    PREPARE[kind]();
    for (const [name, value] of Object.entries(draft.values)) if (form.elements[name]) form.elements[name].value = value;
    if (kind === "note") showCode();
    showErrors(form, draft.state === "refused" ? draft.reasons : {});
    showStatus("");
    form.hidden = false;
    if (!noteKinds[detail]?.file) form.querySelector("textarea, input[type=text]")?.focus();
    return title();
}

function isUnfinished(other, kind, detail) {
    return other.state === "open" && other.kind === kind && other.detail === detail;
}

async function begin(kind, detail) {
    const [latest] = kind === "note" ? await mine((other) => other.kind === "note" && other.place) : [];
    const values = latest ? { place: latest.place, cohort: latest.cohort } : {};
    return { key: crypto.randomUUID(), account: pageState.account, kind, detail, values, state: "open", changed: Date.now() };
}

const PREPARE = { note: prepareNote, idea: prepareIdea, attendance: prepareAttendance };

function title() {
    if (draft.kind === "note") return noteKinds[draft.detail].title;
    return draft.kind === "idea" ? pageText("idea") : (draft.session?.name ?? "");
}

function setOptions(select, rows, value) {
    const isKnown = !value || rows.some(([key]) => String(key) === String(value));
    const options = isKnown ? rows : [[value, value], ...rows];
    select.replaceChildren(...options.map(([key, label]) => new Option(label, key)));
    select.value = value || options[0]?.[0] || "";
}

function prepareNote() {
    const kind = noteKinds[draft.detail];
    form.querySelector("label[for=id_text]").textContent = kind.label;
    document.getElementById("id_text_help").textContent = kind.help;
    for (const part of form.querySelectorAll("[data-file]")) {
        part.hidden = part.dataset.file !== kind.file;
        part.querySelector("input").name = part.hidden ? "" : "file_1";
    }
    form.querySelector("[data-file-label]").textContent = kind.file_label;
    form.querySelector("[name=consent][value=nobody]").closest("div").hidden = kind.file === "voice";
    const { cohort, session, challenge } = form.elements;
    setOptions(cohort, pageState.snapshot.cohorts.map(({ slug, name }) => [slug, name]), draft.values.cohort);
    cohort.closest(".field").hidden = cohort.options.length < 2;
    const chosen = pageState.snapshot.cohorts.find(({ slug }) => slug === cohort.value);
    const none = [["", form.dataset.none]];
    setOptions(session, [...none, ...(chosen?.sessions ?? [])], draft.values.session);
    setOptions(challenge, [...none, ...(chosen?.challenges ?? [])], draft.values.challenge);
    form.querySelector("[data-file-status]").textContent = showFile();
}

function prepareIdea() {
    setOptions(form.elements.target, pageState.snapshot.targets, draft.values.target);
}

// A row for each person. The statuses that the writer saw go with the draft; a refused draft sees the present ones.
function prepareAttendance() {
    const session = pageState.snapshot.sessions?.find(({ id, can_record }) => String(id) === draft.detail && can_record);
    const now = new Map((session?.people ?? []).map(({ field, status }) => [field, status]));
    draft.session ??= session;
    const people = draft.session?.people ?? [];
    form.querySelector("[data-people]").replaceChildren(...people.map(personLine));
    if (draft.state !== "refused") return;
    for (const [field, status] of now) if (draft.reasons[field]) draft.values[`initial-${field}`] = status;
}

function personLine({ field, name, detail, status }) {
    const line = document.getElementById("person-piece").content.firstElementChild.cloneNode(true);
    line.querySelector("[data-name]").textContent = name;
    line.querySelector("[data-detail]").textContent = detail;
    for (const radio of line.querySelectorAll("[type=radio]")) {
        Object.assign(radio, { name: field, checked: radio.value === status });
    }
    Object.assign(line.querySelector("[type=hidden]"), { name: `initial-${field}`, value: status });
    return line;
}

function read() {
    return Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
}

function nameOf({ kind, detail, values, session }) {
    if (kind === "attendance") return `${pageText("attendance")} · ${session?.name ?? ""}`;
    const text = (kind === "note" ? values.text : values.title)?.trim().replace(/\s+/g, " ") ?? "";
    const short = [...text].length > MAX_NAME ? `${[...text].slice(0, MAX_NAME - 1).join("").trimEnd()}…` : text;
    return `${kind === "note" ? noteKinds[detail].title : pageText("idea")} · ${short || pageText("no_text")}`;
}

// Store the form; a refused draft is being written again.
function save() {
    const saved = draft;
    Object.assign(saved, { values: read(), changed: Date.now() });
    saved.name = nameOf(saved);
    if (saved.kind === "note") Object.assign(saved, { place: saved.values.place, cohort: saved.values.cohort });
    return storageQueue.add(async () => {
        pageState.savedTo = await saveDraft(saved);
        if (draft === saved) showStatus(pageState.savedTo === "nowhere" ? "" : pageText("saved_at", { when: moment(saved.changed) }));
    });
}

function showStatus(text) {
    form.querySelector(".saved-status").textContent = text;
    form.querySelector("[data-remove-draft]").hidden = !text && draft.state === "open";
}

function onInput(event) {
    if (event.target.type === "file") return;
    if (["refused", "undecided"].includes(draft.state)) draft.state = "open";
    if (event.target.name === "cohort") {
        Object.assign(draft.values, { cohort: event.target.value, session: "", challenge: "" });
        prepareNote();
    }
    if (form.elements.consent?.value === "cohort") draft.code ??= newCode();
    if (draft.kind === "note") showCode();
    save();
}

function showCode() {
    const isAgreed = form.elements.consent.value === "cohort" && draft.code;
    const values = { code: isAgreed && printedCode(draft.code), address: withdrawalAddress };
    form.querySelector("[data-code]").textContent = isAgreed ? pageText("code", values) : "";
}

async function submit(event) {
    event.preventDefault();
    const sent = draft;
    sent.values = read();
    const reasons = check();
    showErrors(form, reasons);
    if (Object.keys(reasons).length) return void (await save());
    if (sent.values.consent !== "cohort") delete sent.code;
    await save();
    await enqueue(sent);
    pageState.savedTo = await saveDraft(sent);
    if (pageState.savedTo === "nowhere") {
        sent.state = "open"; // not stored: keep it open in the form
        return showErrors(form, { device: [pageText("full_lost")] });
    }
    location.hash = "";
    await refresh();
}

// Return the errors that the device sees by itself; the platform checks everything again.
function check() {
    const needed = { note: noteKinds[draft.detail]?.file === "voice" ? [] : ["text"], idea: ["title", "target"], attendance: [] };
    const empty = needed[draft.kind].filter((name) => !draft.values[name]?.trim());
    const reasons = Object.fromEntries(empty.map((name) => [name, [pageText("needed")]]));
    if (noteKinds[draft.detail]?.file && !file) reasons.file_1 = [pageText("no_file")];
    return reasons;
}

async function remove() {
    if (!(await askToConfirm(pageText("remove_sure")))) return;
    const { key } = draft;
    await storageQueue.add(() => removeDraft(key));
    location.hash = "";
}

// Files: a picture made small, or a recording written as WAV by recorder.js.

async function takeFile(taken) {
    const [owner, earlier] = [draft, file];
    const stored = { key: crypto.randomUUID(), draft: draft.key, account: draft.account, taken: Date.now(), ...taken };
    try {
        await save();
        await savePicture(stored);
    } catch {
        pageState.savedTo = "reserve";
        return pageText("picture_not_saved");
    }
    if (earlier) await removePicture(earlier.key);
    if (draft !== owner) return ""; // another form was opened
    file = stored;
    return showFile();
}

async function takePicture(event) {
    const [owner, [chosen]] = [draft, event.target.files];
    if (!chosen) return;
    const status = form.querySelector("[data-file-status]");
    status.textContent = pageText("shrinking");
    const small = await shrink(chosen).catch(() => null);
    event.target.value = "";
    if (draft !== owner) return; // another form was opened
    const text = small ? await takeFile(small) : pageText("no_picture");
    if (draft === owner) status.textContent = text;
}

async function takeRecording(event) {
    const [owner, [blob]] = [draft, event.target.files];
    const text = await takeFile({ blob });
    if (draft === owner) form.querySelector("[data-file-status]").textContent = text;
}

// Show the picture; return what to say of a recording, which cannot be seen.
function showFile() {
    const image = form.querySelector("[data-thumb]");
    image.hidden = !file?.thumb;
    if (file?.thumb) image.src = file.thumb;
    return file && !file.thumb ? pageText("recording_saved") : "";
}

for (const each of Object.values(forms)) {
    each.addEventListener("input", onInput);
    each.addEventListener("submit", submit);
    each.querySelector("[data-remove-draft]").addEventListener("click", remove);
}
forms.note.querySelector("[data-picture]").addEventListener("change", takePicture);
forms.note.querySelector("[data-recorder]").addEventListener("recorded", takeRecording);
