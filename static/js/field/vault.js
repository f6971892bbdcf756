// What people write is encrypted on the device (AES-GCM) with a key that the platform gives to their account. The device
// keeps the key, which scripts cannot read, until they sign out: the next person can read nothing.

const ALGORITHM = "AES-GCM";
const NONCE_BYTES = 12;
let keys = [];

function bytesOf(text) {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function textOf(bytes) {
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

// Return the keys that the platform sent (the newest first) in the form in which the device can store them.
export function importKeys(texts) {
    return Promise.all(
        texts.map((text) => crypto.subtle.importKey("raw", bytesOf(text), ALGORITHM, false, ["encrypt", "decrypt"])),
    );
}

export function useKeys(stored) {
    keys = stored ?? [];
}

export async function sealBytes(bytes) {
    if (!keys.length) throw new Error("Nobody is signed in on this device.");
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    return { iv, data: new Uint8Array(await crypto.subtle.encrypt({ name: ALGORITHM, iv }, keys[0], bytes)) };
}

// Return the bytes; null when no key of this account fits.
export async function openBytes({ iv, data }) {
    for (const key of keys) {
        const bytes = await crypto.subtle.decrypt({ name: ALGORITHM, iv }, key, data).catch(() => null);
        if (bytes) return bytes;
    }
    return null;
}

// Encrypt any value that JSON can hold; the result is a text.
export async function seal(value) {
    const { iv, data } = await sealBytes(new TextEncoder().encode(JSON.stringify(value)));
    return `${textOf(iv)}.${textOf(data)}`;
}

// Return the value; null when no key of this account fits.
export async function unseal(text) {
    const [iv, data] = text.split(".").map(bytesOf);
    const bytes = await openBytes({ iv, data });
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
}
