// The storage on the device. Every row has the account it belongs to; the signed-in account is stored too, to work
// without a network. A row counts as stored once the browser confirms that it is on the disk.

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

// Run one transaction: `action` gets the stores and returns a request, whose result is returned once it is on the disk.
async function run(names, mode, action) {
    const opened = await database();
    return new Promise((resolve, reject) => {
        const transaction = opened.transaction(names, mode, { durability: "strict" });
        let request;
        transaction.oncomplete = () => resolve(request?.result);
        transaction.onabort = () => reject(transaction.error ?? new DOMException("", "QuotaExceededError"));
        try {
            request = action(...names.map((name) => transaction.objectStore(name)));
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

// Store a draft and return where it is: in the store, in the small reserve of a full disk ("unsure" when the browser has
// no store at all), or nowhere.
export async function saveDraft(draft) {
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

// Return every draft on the device; a draft in the reserve is newer than the same one in the store.
export async function allDrafts() {
    const rows = await run(["drafts"], "readonly", (store) => store.getAll()).catch(() => []);
    const byKey = new Map([...rows, ...reserve()].map((draft) => [draft.key, draft]));
    return [...byKey.values()].sort(
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

// Store the finished draft and delete its pictures; on a full device, delete the draft too.
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

// Store a draft under a new key in one transaction.
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
