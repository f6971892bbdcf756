// The states of a draft: open, waiting, sent or refused. Each is sent with one key until the platform has answered, so
// that it is recorded once however often it is sent.

import { finishDraft, picturesOf, put, renameDraft, saveDraft } from "./store.js";
import { pageText } from "./texts.js";
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

// Send one draft and then its pictures; `report` is called with the progress. The draft gets its outcome, and the
// present state of its test as `arrived`.
export async function send(draft, csrf, report) {
    draft.trouble = "";
    report(draft, "sending");
    if (!draft.outcome) await sendAnswers(draft, csrf);
    if (waits(draft) && draft.outcome) await sendPictures(draft, csrf, report);
    if (waits(draft) && draft.outcome && !draft.trouble) await finish(draft);
    if (draft.trouble) await saveDraft(draft);
}

async function sendAnswers(draft, csrf) {
    let answer = await sendNote(draft, csrf);
    if (answer.outcome === "early" && draft.follows) {
        // The platform has lost the note before this one, for example after a restore: send this one without it.
        draft.follows = "";
        answer = await sendNote(draft, csrf);
    }
    if (answer.outcome === "anew") {
        // An earlier version had arrived without our knowledge: the changed draft is sent as a new one.
        const old = draft.key;
        draft.key = crypto.randomUUID();
        await renameDraft(old, draft);
        answer = await sendNote(draft, csrf);
    }
    if (answer.outcome === "taken" || answer.outcome === "beside") {
        Object.assign(draft, { outcome: answer.outcome, href: answer.href, arrived: answer.test, reasons: {} });
    } else if (answer.outcome === "refused" || answer.outcome === "gone") {
        Object.assign(draft, { state: "refused", reasons: answer.reasons ?? { gone: [pageText("gone")] } });
    } else {
        draft.trouble = answer.outcome;
        return;
    }
    await saveDraft(draft);
}

async function sendPictures(draft, csrf, report) {
    const pictures = await picturesOf(draft.key);
    for (const [index, picture] of pictures.entries()) {
        if (picture.sent) continue;
        report(draft, "sending_picture", { n: index + 1, all: pictures.length });
        const answer = await sendPicture(draft, picture, csrf);
        if (answer.outcome === "taken") {
            await put("pictures", { ...picture, sent: true, reason: "" });
        } else if (answer.outcome === "refused" || answer.outcome === "gone") {
            await put("pictures", { ...picture, reason: Object.values(answer.reasons ?? {}).flat().join(" ") });
            draft.state = "refused";
            await saveDraft(draft);
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
