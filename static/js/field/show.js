// What the page shows of the network and of the drafts; words come from texts.js, pieces from the page's templates.

import { isOver } from "./drafts.js";
import { moment, say } from "./texts.js";

const TONES = {
    open: "tag-waiting shape-dashed",
    waiting: "tag-waiting shape-dashed",
    sending: "tag-open shape-ring",
    refused: "tag-attention shape-diamond",
    sent: "tag-done shape-square",
    beside: "tag-attention shape-diamond",
};

function piece(name) {
    return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

// Each note: [strong, text, address, action].
export function notes(told) {
    const shown = told.map(([strong, text, href, action]) => {
        const note = piece("note-piece");
        note.querySelector("b").textContent = strong;
        note.querySelector("span").textContent = text;
        const link = note.querySelector("a");
        if (href) Object.assign(link, { href, textContent: action, hidden: false });
        return note;
    });
    const place = document.getElementById("notes");
    if (place.innerHTML !== shown.map((note) => note.outerHTML).join("")) place.replaceChildren(...shown);
}

const MOST = 60; // letters of a hypothesis in a list

// Several tests may be of one prototype: what each expects tells them apart.
export function testName(test) {
    const expected = [...test.hypothesis];
    const short = expected.length > MOST ? `${expected.slice(0, MOST - 1).join("").trimEnd()}…` : test.hypothesis;
    return `${test.prototype}, ${say("version", { n: test.version })} · ${short}`;
}

export function draftLine(draft, { progress, pictures, behind, open }) {
    const line = piece("draft-piece");
    const [state, words] = stateOf(draft, progress, behind);
    line.dataset.key = draft.key;
    line.dataset.state = state;
    line.querySelector("[data-name]").textContent = testName(draft.test);
    line.querySelector("[data-when]").textContent = moment(draft.changed);
    const tag = line.querySelector(".tag");
    tag.className = `tag ${TONES[state]}`;
    tag.textContent = words;
    line.querySelector("[data-pictures]").textContent = pictures ? say("pictures", { n: pictures }) : "";
    line.querySelector("[data-said]").textContent = explained(draft);
    const button = line.querySelector("[data-open]");
    button.hidden = isOver(draft) || Boolean(progress);
    button.addEventListener("click", () => open(draft));
    const link = line.querySelector("[data-see]");
    if (draft.href) Object.assign(link, { href: draft.href, hidden: false });
    return line;
}

function stateOf(draft, progress, behind) {
    if (progress) return ["sending", progress];
    if (draft.state === "sent") return draft.outcome === "beside" ? ["beside", say("beside")] : ["sent", say("sent")];
    if (draft.state === "waiting") return ["waiting", say(behind ? "waits_behind" : "waits")];
    return draft.state === "refused" ? ["refused", say("refused")] : ["open", say("writing")];
}

function explained(draft) {
    if (draft.outcome === "beside") return say("beside_text");
    if (draft.trouble) return say("broken");
    return draft.state === "refused" ? Object.values(draft.reasons ?? {}).flat().join(" ") : "";
}

export function pictureLine(picture, { change, remove }) {
    const line = piece("picture-piece");
    line.dataset.key = picture.key;
    line.querySelector("img").src = picture.thumb;
    const alt = line.querySelector("[data-alt]");
    alt.id = `alt-${picture.key}`;
    alt.value = picture.alt;
    line.querySelector("label").htmlFor = alt.id;
    alt.addEventListener("input", () => change({ alt: alt.value }));
    const consent = line.querySelector("[data-consent]");
    for (const radio of line.querySelectorAll("[type=radio]")) {
        radio.name = `faces-${picture.key}`;
        radio.checked = radio.value === picture.faces;
        radio.addEventListener("change", () => {
            consent.hidden = radio.value !== "yes";
            change({ faces: radio.value });
        });
    }
    consent.hidden = picture.faces !== "yes";
    pictureReason(line, picture.reason);
    line.querySelector("[data-remove]").addEventListener("click", remove);
    return line;
}

export function pictureReason(line, reason) {
    const place = line.querySelector("[data-reason]");
    place.textContent = reason ?? "";
    place.hidden = !reason;
}

export async function sure(question) {
    const dialog = document.getElementById("sure");
    dialog.querySelector("p").textContent = question;
    dialog.returnValue = "no";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    return dialog.returnValue === "yes";
}
