// The states of a draft: open, waiting, sent, refused, or undecided: the platform has an earlier version of it. Each is
// sent with one key until the platform has answered, so that it is recorded once however often it is sent.

import { lastContact, platformTime } from "./clock.js";
import { newCode } from "./codes.js";
import { nextSequence } from "./order.js";
import { allDrafts, finishDraft, picturesOf, renameDraft, saveDraft, savePicture } from "./store.js";
import { pageText } from "./texts.js";
import { sendDraft, sendPicture, sendTrialNote } from "./requests.js";

const DAY = 24 * 3600 * 1000;

export function begin(test, account, heldOn) {
    // A note on a held test starts from its answers; one on a concluded test starts empty.
    const noted = test.state === "concluded" ? {} : test.noted;
    const answers = { ...noted, held_on: noted.held_on || heldOn };
    return { key: crypto.randomUUID(), account, test, answers, state: "open", later: false, changed: Date.now() };
}

// Put a draft into the queue: its place in the order and the moment at which it was written stay when it is sent again.
export async function enqueue(draft) {
    draft.sequence ??= nextSequence(await allDrafts());
    draft.written ??= Date.now();
    draft.writtenAt ??= Math.round(platformTime(draft.written));
    draft.contactAt ??= lastContact();
    Object.assign(draft, { state: "waiting", reasons: {} });
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
    if (draft.kind) await sendFields(draft, csrf);
    else await sendTest(draft, csrf, report);
    if (draft.trouble) await saveDraft(draft);
}

async function sendFields(draft, csrf) {
    const [file] = await picturesOf(draft.key);
    const { outcome, href, reasons } = await sendDraft(draft, file, csrf);
    if (outcome === "taken") return finish(Object.assign(draft, { outcome, href }));
    if (outcome === "changed") Object.assign(draft, { state: "undecided", href });
    else if (outcome === "refused") Object.assign(draft, { state: "refused", reasons });
    else if (outcome === "gone") Object.assign(draft, { state: "refused", reasons: { gone: [pageText("gone_entry")] } });
    else draft.trouble = outcome;
    return saveDraft(draft);
}

// The platform has an earlier version of the draft, and its writer wants both: each has its own code.
export async function sendAsNew(draft) {
    const old = draft.key;
    Object.assign(draft, { key: crypto.randomUUID(), state: "waiting", href: "" });
    if (draft.code) Object.assign(draft, { code: newCode(), earlierCode: draft.code });
    await renameDraft(old, draft);
}

async function sendTest(draft, csrf, report) {
    if (!draft.outcome) await sendAnswers(draft, csrf);
    if (waits(draft) && draft.outcome) await sendPictures(draft, csrf, report);
    if (waits(draft) && draft.outcome && !draft.trouble) await finish(draft);
}

async function sendAnswers(draft, csrf) {
    let answer = await sendTrialNote(draft, csrf);
    if (answer.outcome === "early" && draft.follows) {
        // The platform has lost the note before this one, for example after a restore: send this one without it.
        draft.follows = "";
        answer = await sendTrialNote(draft, csrf);
    }
    if (answer.outcome === "anew") {
        // An earlier version had arrived without our knowledge: the changed draft is sent as a new one.
        const old = draft.key;
        draft.key = crypto.randomUUID();
        await renameDraft(old, draft);
        answer = await sendTrialNote(draft, csrf);
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
            await savePicture({ ...picture, sent: true, reason: "" });
        } else if (answer.outcome === "refused" || answer.outcome === "gone") {
            await savePicture({ ...picture, reason: Object.values(answer.reasons ?? {}).flat().join(" ") });
            draft.state = "refused";
            await saveDraft(draft);
        } else {
            draft.trouble = answer.outcome;
            return;
        }
    }
}

// A note leaves only its kind on the device: its words may be withdrawn on the platform.
async function finish(draft) {
    const { key, account, test, kind, detail, code, earlierCode, place, cohort, outcome, href, sequence, written } = draft;
    const name = kind === "note" ? draft.name.split(" · ")[0] : draft.name;
    Object.assign(draft, { state: "sent", changed: Date.now(), name });
    const { state, changed } = draft;
    const what = kind ? { kind, detail, name, code, earlierCode, place, cohort } : { test, answers: {} };
    await finishDraft({ key, account, outcome, href, sequence, state, changed, written, ...what });
}
