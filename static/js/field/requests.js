// Requests to the platform. An unknown answer counts as none: the draft stays and is sent again.

export class SignedOut extends Error {}
export class Unreachable extends Error {}
export class Acting extends Error {}

const NOTE_SECONDS = 30;
const PICTURE_SECONDS = 180;

async function request(address, options = {}, seconds = NOTE_SECONDS) {
    let answer;
    try {
        const signal = AbortSignal.timeout(seconds * 1000);
        answer = await fetch(address, { redirect: "manual", cache: "no-store", signal, ...options });
    } catch {
        throw new Unreachable();
    }
    if (answer.type === "opaqueredirect") throw new SignedOut();
    if (answer.status >= 500 || answer.status === 429) throw new Unreachable();
    return answer;
}

async function parseAnswer(answer) {
    if (answer.status === 404) return { outcome: "gone" };
    try {
        return await answer.json();
    } catch {
        return { outcome: "broken" };
    }
}

// Return who is signed in, the keys of their drafts, the platform's time, a new CSRF token, and the tests to log.
export async function tests() {
    const answer = await request(document.body.dataset.tests);
    if (answer.status === 403) throw new Acting(); // the answer to lab staff who act for someone else
    const data = await parseAnswer(answer);
    if (!data.account) throw new Unreachable();
    return data;
}

// Return what the person may read without a network.
export async function snapshot() {
    return parseAnswer(await request(document.body.dataset.snapshot));
}

function form(values, csrf) {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", csrf);
    for (const [name, value] of Object.entries(values)) data.append(name, value ?? "");
    return { method: "POST", body: data };
}

// The URLs in the page have a 0 in place of the test's key.
function urlOf(kind, draft) {
    return document.body.dataset[kind].replace(/0(?=\/)/, draft.test.id);
}

export async function sendTrialNote(draft, csrf) {
    const later = draft.later ? { later: "on" } : {};
    const { key, account, follows, writtenAt: written_at } = draft;
    const values = { ...draft.answers, ...later, key, account, follows, written_at, version_token: draft.test.version_token };
    return parseAnswer(await request(urlOf("trialNote", draft), form(values, csrf)));
}

export async function sendPicture(draft, picture, csrf) {
    const { key, alt, faces } = picture;
    const options = form({ key, draft: draft.key, account: draft.account, alt_text: alt, faces }, csrf);
    options.body.append("file", picture.blob, `${key}.jpg`);
    return parseAnswer(await request(urlOf("picture", draft), options, PICTURE_SECONDS));
}

// Send a note, an idea or attendance with its file, if it has one.
export async function sendDraft(draft, file, csrf) {
    const seconds_ago = Math.round((Date.now() - draft.written) / 1000);
    const { key: idempotency_key, account, writtenAt: written_at, contactAt: contact_at, code: withdrawal_code } = draft;
    const values = { ...draft.values, idempotency_key, account, written_at, contact_at, seconds_ago, withdrawal_code };
    const options = form(values, csrf);
    if (file) options.body.append("file_1", file.blob, file.blob.type === "audio/wav" ? "recording.wav" : "picture.jpg");
    return parseAnswer(await request(urlOfDraft(draft), options, file ? PICTURE_SECONDS : NOTE_SECONDS));
}

function urlOfDraft({ kind, detail, values }) {
    const { receiveNote, receiveIdea, receiveAttendance } = document.body.dataset;
    if (kind === "note") return receiveNote.replace("KIND", detail).replace("COHORT", values.cohort);
    return kind === "idea" ? receiveIdea : receiveAttendance.replace(/0(?=\/)/, detail);
}
