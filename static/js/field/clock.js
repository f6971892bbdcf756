// The clock of a device may be wrong: its moments are corrected by the difference from the platform's clock at their
// last contact.

import { device, setDevice } from "./store.js";

let contact = null; // the platform's time of the last contact, and the device's time then

export async function loadClock() {
    contact = await device("contact");
}

export async function setClock(platform) {
    contact = { platform, device: Date.now() };
    await setDevice("contact", contact);
}

// Return a moment of the device in the platform's time, as well as the device knows it.
export function platformTime(moment = Date.now()) {
    return contact ? moment - contact.device + contact.platform : moment;
}

// Return the platform's time of the last contact; empty before the first.
export function lastContact() {
    return contact?.platform ?? "";
}

export function today() {
    const now = new Date(platformTime());
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
