// The life of a draft: written, waiting, sent or kept as a second version. Each is sent until the platform has
// answered for it, under one key, so that it arrives once however often it was sent.

import { finishDraft, keepDraft, picturesOf, put, renameDraft } from "./store.js";
import { say } from "./texts.js";
import { sendNote, sendPicture } from "./wire.js";

const DAY = 24 * 3600 * 1000;

export function begin(test, account, heldOn) {
    // A note on a held test starts from its answers; one on a concluded test starts empty.
    const noted = test.state === "concluded" ? {} : test.noted;
    const answers = { ...noted, held_on: noted.held_on || heldOn };
    return { key: crypto.randomUUID(), account, test, answers, state: "open", later: false, changed: Date.now() };
}

export function waits(draft) {
    return draft.state === "waiting";
}

export function isOver(draft) {
    return draft.state === "sent";
}

export function isStale(draft) {
    return isOver(draft) && Date.now() - draft.changed > DAY;
}

// Send one draft and then its pictures; `tell` hears how far it is. The draft says what became of it: `arrived` is the
// test as it is since then.
export async function send(draft, csrf, tell) {
    draft.trouble = "";
    tell(draft, "sending");
    if (!draft.outcome) await sendAnswers(draft, csrf);
    if (waits(draft) && draft.outcome) await sendPictures(draft, csrf, tell);
    if (waits(draft) && draft.outcome && !draft.trouble) await finish(draft);
    if (draft.trouble) await keepDraft(draft);
}

async function sendAnswers(draft, csrf) {
    let answer = await sendNote(draft, csrf);
    if (answer.outcome === "early" && draft.follows) {
        // The platform has lost the note before this one, for example after a restore: send this one without it.
        draft.follows = "";
        answer = await sendNote(draft, csrf);
    }
    if (answer.outcome === "anew") {
        // It had arrived, unknown to us, and was changed here since: what it says now is a version of its own.
        const old = draft.key;
        draft.key = crypto.randomUUID();
        await renameDraft(old, draft);
        answer = await sendNote(draft, csrf);
    }
    if (answer.outcome === "taken" || answer.outcome === "beside") {
        Object.assign(draft, { outcome: answer.outcome, href: answer.href, arrived: answer.test, reasons: {} });
    } else if (answer.outcome === "refused" || answer.outcome === "gone") {
        Object.assign(draft, { state: "refused", reasons: answer.reasons ?? { gone: [say("gone")] } });
    } else {
        draft.trouble = answer.outcome;
        return;
    }
    await keepDraft(draft);
}

async function sendPictures(draft, csrf, tell) {
    const pictures = await picturesOf(draft.key);
    for (const [place, picture] of pictures.entries()) {
        if (picture.sent) continue;
        tell(draft, "sending_picture", { n: place + 1, all: pictures.length });
        const answer = await sendPicture(draft, picture, csrf);
        if (answer.outcome === "taken") {
            await put("pictures", { ...picture, sent: true, reason: "" });
        } else if (answer.outcome === "refused" || answer.outcome === "gone") {
            await put("pictures", { ...picture, reason: Object.values(answer.reasons ?? {}).flat().join(" ") });
            draft.state = "refused";
            await keepDraft(draft);
        } else {
            draft.trouble = answer.outcome;
            return;
        }
    }
}

async function finish(draft) {
    const { key, account, test, outcome, href, sequence } = draft;
    Object.assign(draft, { state: "sent", changed: Date.now() });
    const ended = { key, account, test, outcome, href, sequence, state: "sent", answers: {}, changed: draft.changed };
    await finishDraft(ended);
}
