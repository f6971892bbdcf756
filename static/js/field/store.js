// What the device keeps. Every row names the account it belongs to; who is signed in is kept too, for days without
// network. A row counts as kept once the browser says that it is on the disk.

const NAME = "labplatform-field";
const RESERVE = "field-reserve-";
let opening;

function database() {
    opening ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => {
            request.result.createObjectStore("drafts", { keyPath: "key" });
            request.result.createObjectStore("pictures", { keyPath: "key" }).createIndex("draft", "draft");
            request.result.createObjectStore("tests", { keyPath: "account" });
            request.result.createObjectStore("device", { keyPath: "name" });
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return opening;
}

// One transaction; `act` gets the stores and returns a request, whose result is given once all is on the disk.
async function run(names, mode, act) {
    const opened = await database();
    return new Promise((resolve, reject) => {
        const transaction = opened.transaction(names, mode, { durability: "strict" });
        let request;
        transaction.oncomplete = () => resolve(request?.result);
        transaction.onabort = () => reject(transaction.error ?? new DOMException("", "QuotaExceededError"));
        try {
            request = act(...names.map((name) => transaction.objectStore(name)));
        } catch (error) {
            transaction.abort();
            reject(error);
        }
    });
}

export function put(name, row) {
    return run([name], "readwrite", (store) => store.put(row));
}

export function get(name, key) {
    return run([name], "readonly", (store) => store.get(key));
}

// Where a draft is now: in the store, in the small reserve that a full disk leaves (unsure where
// the browser has no store at all), or nowhere.
export async function keepDraft(draft) {
    try {
        await put("drafts", draft);
        clearReserve(draft.key);
        return "store";
    } catch (error) {
        try {
            localStorage.setItem(RESERVE + draft.key, JSON.stringify(draft));
            return error?.name === "QuotaExceededError" ? "reserve" : "unsure";
        } catch {
            return "nowhere";
        }
    }
}

function clearReserve(key) {
    try {
        localStorage.removeItem(RESERVE + key);
    } catch {
        // No storage at all: then there is no reserve either.
    }
}

function reserve() {
    try {
        const names = Object.keys(localStorage).filter((name) => name.startsWith(RESERVE));
        return names.map((name) => JSON.parse(localStorage.getItem(name)));
    } catch {
        return [];
    }
}

// Every draft of the device; what lies in the reserve is newer than its like in the store.
export async function allDrafts() {
    const rows = await run(["drafts"], "readonly", (store) => store.getAll()).catch(() => []);
    const found = new Map([...rows, ...reserve()].map((draft) => [draft.key, draft]));
    return [...found.values()].sort(
        (one, other) => other.changed - one.changed || (other.sequence ?? 0) - (one.sequence ?? 0),
    );
}

export async function removeDraft(key) {
    clearReserve(key);
    await run(["drafts", "pictures"], "readwrite", (drafts, pictures) => {
        drafts.delete(key);
        withoutPictures(pictures, key);
    });
}

// The draft as it ended, its pictures gone from the device; on a full one it just goes.
export async function finishDraft(draft) {
    clearReserve(draft.key);
    try {
        await run(["drafts", "pictures"], "readwrite", (drafts, pictures) => {
            drafts.put(draft);
            withoutPictures(pictures, draft.key);
        });
    } catch {
        await removeDraft(draft.key);
    }
}

// The same draft under another key, in one go.
export async function renameDraft(old, draft) {
    clearReserve(old);
    await run(["drafts", "pictures"], "readwrite", (drafts, pictures) => {
        drafts.delete(old);
        drafts.put(draft);
        pictures.index("draft").getAll(old).onsuccess = (event) => {
            for (const picture of event.target.result) pictures.put({ ...picture, draft: draft.key });
        };
    });
}

function withoutPictures(pictures, draft) {
    pictures.index("draft").getAllKeys(draft).onsuccess = (event) => {
        for (const key of event.target.result) pictures.delete(key);
    };
}

export async function picturesOf(draft) {
    const rows = await run(["pictures"], "readonly", (store) => store.index("draft").getAll(draft)).catch(() => []);
    return rows.sort((one, other) => one.taken - other.taken);
}

export function removePicture(key) {
    return run(["pictures"], "readwrite", (store) => store.delete(key));
}

export async function account() {
    return (await get("device", "account").catch(() => null))?.value ?? null;
}

export function setAccount(value) {
    return put("device", { name: "account", value }).catch(() => undefined);
}
