// Notes are sent in the order in which they were written; a note waits until the earlier ones on its test have arrived.

export function isSubmitted(draft) {
    return draft.sequence !== undefined || draft.state !== "open";
}

function compare(one, other) {
    return (one.sequence ?? 0) - (other.sequence ?? 0) || one.changed - other.changed;
}

export function inOrder(drafts) {
    return [...drafts].sort(compare);
}

export function nextSequence(drafts) {
    return 1 + Math.max(0, ...drafts.map(({ sequence }) => sequence ?? 0));
}

// Whether another note of the same person on the same test was written before this one.
export function isBefore(other, draft) {
    if (other.key === draft.key || other.account !== draft.account) return false;
    if (!draft.test || other.test?.id !== draft.test.id) return false;
    return isSubmitted(other) && (!isSubmitted(draft) || compare(other, draft) < 0);
}

// The earlier note on the same test that has not arrived yet, if any: this one waits for it.
export function waitsFor(draft, drafts) {
    return inOrder(drafts).find((other) => isBefore(other, draft) && !other.outcome);
}

// The key of the note written before this one on the same test; empty where this one is the first.
export function predecessor(draft, drafts) {
    return inOrder(drafts).findLast((other) => isBefore(other, draft))?.key ?? "";
}
