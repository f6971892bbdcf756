// The storage on the device. Every row has the account it belongs to; its content is encrypted (vault.js). The signed-in
// account is stored too, to work without a network. A row counts as stored once the browser confirms that it is on the
// disk.

import { openDB } from "../../vendor/idb.js";
import { openBytes, seal, sealBytes, unseal, useKeys } from "./vault.js";

const NAME = "labplatform-field";
const VERSION = 2;
const RESERVE = "field-reserve-";
const ACCOUNT = "field-account"; // which page.js compares with who is signed in
const PLAIN_KEPT = 30 * 24 * 3600_000; // milliseconds for which plain drafts of others stay
const STRICT = { durability: "strict" };
let isPlain = false; // no key: the page was updated, and has not reached the platform since
let opening;
let refuse;
const refusal = new Promise((_resolve, reject) => (refuse = reject));
refusal.catch(() => undefined);
export let isBlocked = false; // an earlier version of the page is open in another tab, and does not give way

function database() {
    opening ??= openDB(NAME, VERSION, {
        upgrade(opened, before) {
            if (before < 1) {
                opened.createObjectStore("drafts", { keyPath: "key" });
                opened.createObjectStore("pictures", { keyPath: "key" }).createIndex("draft", "draft");
                opened.createObjectStore("device", { keyPath: "name" });
            }
            if (before === 1) opened.deleteObjectStore("tests");
            opened.createObjectStore("snapshots", { keyPath: "name" });
        },
        blocking: (_version, _next, event) => event.target.close(), // a newer page opens it in another tab
        blocked: () => {
            isBlocked = true;
            refuse(new Error("An earlier page is open."));
        },
    });
    opening.then(() => (isBlocked = false)).catch(() => undefined);
    return Promise.race([opening, refusal]); // once it is open, it counts
}

// Run one transaction; it is done once it is on the disk.
async function write(names, change) {
    const transaction = (await database()).transaction(names, "readwrite", STRICT);
    const changed = change(...names.map((name) => transaction.objectStore(name)));
    await Promise.all([changed, transaction.done]);
}

// Return what `action` reads; `nothing` when the browser has no store or cannot read it.
function read(action, nothing) {
    return database()
        .then(action)
        .catch(() => nothing);
}

// What the device knows, whoever is signed in: the account, its keys, the last contact.
export async function device(name) {
    return (await read((opened) => opened.get("device", name)))?.value ?? null;
}

export function setDevice(name, value) {
    return write(["device"], (rows) => rows.put({ name, value })).catch(() => undefined);
}

export async function signIn(account, keys) {
    if ((await device("account")) !== account) await forget();
    useKeys(keys);
    isPlain = false;
    await setDevice("account", account);
    await setDevice("keys", keys);
    if ((await device("account")) === account) inLocalStorage((storage) => storage.setItem(ACCOUNT, account));
    sealing ??= sealPlainRows(account).catch(() => undefined);
    await sealing;
}

let sealing; // once for each page

// An earlier version of the page wrote plain rows: encrypt those of the account; delete those of others after a month.
async function sealPlainRows(account) {
    for (const row of await read((opened) => opened.getAll("drafts"), [])) {
        if (!row.sealed && row.account === account) await replacePlain("drafts", row, await sealedDraft(row));
        else if (isForgotten(row)) await removeDraft(row.key);
    }
    for (const row of reserve()) {
        if (!row.sealed && row.account === account) await saveDraft(row);
        else if (isForgotten(row)) await removeDraft(row.key);
    }
    for (const key of await read((opened) => opened.getAllKeys("pictures"), [])) {
        const row = await read((opened) => opened.get("pictures", key));
        if (row && !row.sealed && row.account === account) await replacePlain("pictures", row, await sealedPicture(row));
    }
}

function isForgotten({ sealed, changed }) {
    return !sealed && Date.now() - changed > PLAIN_KEPT;
}

// Unless it was changed in the meantime, which encrypts it.
function replacePlain(name, { key, changed }, sealed) {
    return write([name], async (rows) => {
        const now = await rows.get(key);
        if (now && !now.sealed && now.changed === changed) await rows.put(sealed);
    });
}

// Return the account that works on this device, whose drafts can be read from now on; null for none.
export async function resumeAccount() {
    const account = await device("account");
    const keys = account && (await device("keys"));
    isPlain = account !== null && !keys;
    useKeys(keys);
    return account;
}

// Forget who was signed in, and what they could read: their drafts stay, unreadable until they sign in again.
export async function forget() {
    useKeys([]);
    const clear = (...stores) => Promise.all(stores.map((rows) => rows.clear()));
    const isDone = await write(["device", "snapshots"], clear).then(() => true, () => false);
    if (isDone) inLocalStorage((storage) => storage.removeItem(ACCOUNT)); // else page.js tries again
}

// What the pages showed the account when it was last online.
export async function saveSnapshot(account, name, value) {
    const row = { name: `${account} ${name}`, sealed: await seal(value) };
    await write(["snapshots"], (rows) => rows.put(row)).catch(() => undefined);
}

export async function snapshot(account, name) {
    const row = await read((opened) => opened.get("snapshots", `${account} ${name}`));
    return row ? unseal(row.sealed) : null;
}

async function sealedDraft(draft) {
    if (isPlain) return draft; // as the earlier version of the page wrote it
    const { key, account, state, changed } = draft;
    return { key, account, state, changed, sealed: await seal(draft) };
}

async function openDraft(row) {
    if (!row.sealed) return row; // written by an earlier version of the page
    return (await unseal(row.sealed)) ?? { ...row, isLocked: true };
}

// Store a draft and return where it is: in the store, in the small reserve of a full disk ("unsure" when the browser has
// no store at all), or nowhere.
export async function saveDraft(draft) {
    const row = await sealedDraft(draft).catch(() => null);
    if (!row) return "nowhere"; // someone else has just signed in
    try {
        await write(["drafts"], (drafts) => drafts.put(row));
        clearReserve(draft.key);
        return "store";
    } catch (error) {
        try {
            localStorage.setItem(RESERVE + draft.key, JSON.stringify(row));
            return error?.name === "QuotaExceededError" ? "reserve" : "unsure";
        } catch {
            return "nowhere";
        }
    }
}

// Without any storage there is no reserve either.
function inLocalStorage(action, nothing) {
    try {
        return action(localStorage);
    } catch {
        return nothing;
    }
}

function clearReserve(key) {
    inLocalStorage((storage) => storage.removeItem(RESERVE + key));
}

function reserve() {
    return inLocalStorage((storage) => {
        const names = Object.keys(storage).filter((name) => name.startsWith(RESERVE));
        return names.map((name) => JSON.parse(storage.getItem(name)));
    }, []);
}

// Return every draft on the device; a draft in the reserve is newer than the same one in the store. Those of other
// accounts are locked.
export async function allDrafts() {
    const rows = await read((opened) => opened.getAll("drafts"), []);
    const byKey = new Map([...rows, ...reserve()].map((row) => [row.key, row]));
    const drafts = await Promise.all([...byKey.values()].map(openDraft));
    return drafts.sort(
        (one, other) => other.changed - one.changed || (other.sequence ?? 0) - (one.sequence ?? 0),
    );
}

export async function removeDraft(key) {
    clearReserve(key);
    await write(["drafts", "pictures"], (drafts, pictures) =>
        Promise.all([drafts.delete(key), withoutPictures(pictures, key)]),
    );
}

// Store the finished draft and delete its pictures; on a full device, delete the draft too.
export async function finishDraft(draft) {
    const row = await sealedDraft(draft);
    clearReserve(draft.key);
    try {
        await write(["drafts", "pictures"], (drafts, pictures) =>
            Promise.all([drafts.put(row), withoutPictures(pictures, draft.key)]),
        );
    } catch {
        await removeDraft(draft.key);
    }
}

// Store a draft under a new key in one transaction.
export async function renameDraft(old, draft) {
    const row = await sealedDraft(draft);
    clearReserve(old);
    await write(["drafts", "pictures"], async (drafts, pictures) => {
        drafts.delete(old);
        drafts.put(row);
        for (const picture of await pictures.index("draft").getAll(old)) pictures.put({ ...picture, draft: draft.key });
    });
}

async function withoutPictures(pictures, draft) {
    for (const key of await pictures.index("draft").getAllKeys(draft)) pictures.delete(key);
}

// Store a picture or recording of a draft: what is known of it, and its file (`blob`), each encrypted.
export async function savePicture(picture) {
    const row = await sealedPicture(picture);
    await write(["pictures"], (pictures) => pictures.put(row));
}

async function sealedPicture(picture) {
    if (isPlain) return picture;
    const { key, draft, account, blob, ...details } = picture;
    const file = await sealBytes(await blob.arrayBuffer());
    const sealed = await seal({ ...details, type: blob.type });
    return { key, draft, account, sealed, file };
}

export async function picturesOf(draft) {
    const rows = await read((opened) => opened.getAllFromIndex("pictures", "draft", draft), []);
    const pictures = await Promise.all(rows.map(openPicture));
    return pictures.filter(Boolean).sort((one, other) => one.taken - other.taken);
}

export function countPictures(draft) {
    return read((opened) => opened.countFromIndex("pictures", "draft", draft), 0);
}

async function openPicture({ sealed, file, ...row }) {
    if (!sealed) return row; // written by an earlier version of the page
    const [details, bytes] = [await unseal(sealed), await openBytes(file)];
    return details && { ...row, ...details, blob: new Blob([bytes], { type: details.type }) };
}

export function removePicture(key) {
    return write(["pictures"], (pictures) => pictures.delete(key));
}
