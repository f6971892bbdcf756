// What the page shows now, shared by its modules.

import { allDrafts } from "./store.js";

export const pageState = {
    account: null,
    tests: [],
    snapshot: null, // sessions, ideas and tests to read, and the choices of the forms
    readAt: 0,
    asOf: 0,
    network: "unknown",
    savedTo: "store",
    draft: null, // of a test
    record: null,
    pictures: [],
    touched: false,
    isStored: false, // whether the draft is on the device, or is being written there
};

// Return the drafts of the signed-in account for which `which` is true.
export async function mine(which) {
    const drafts = await allDrafts();
    return drafts.filter((draft) => draft.account === pageState.account && !draft.isLocked && which(draft));
}

// Return a queue that runs the steps added to it one after the other; a step that fails stops none after it.
export function createSerialQueue() {
    let last = Promise.resolve();
    const add = (step) => (last = last.catch(() => undefined).then(step));
    return { add, idle: () => add(() => undefined) }; // idle: a promise for the end of all steps so far
}

export const storageQueue = createSerialQueue(); // the drafts of all forms are stored one after the other
