// Render notices, drafts and pictures; texts come from texts.js, elements from the templates of the page.

import { printedCode, withdrawalAddress } from "./codes.js";
import { isOver } from "./drafts.js";
import { moment, pageText } from "./texts.js";

const TONES = {
    open: "tag-waiting shape-dashed",
    waiting: "tag-waiting shape-dashed",
    sending: "tag-open shape-ring",
    refused: "tag-attention shape-diamond",
    undecided: "tag-attention shape-diamond",
    sent: "tag-done shape-square",
    beside: "tag-attention shape-diamond",
};

function piece(name) {
    return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

// Show the notices; each is [strong, text, address, action].
export function showNotices(notices) {
    const elements = notices.map(([strong, text, href, action]) => {
        const notice = piece("note-piece");
        notice.querySelector("b").textContent = strong;
        notice.querySelector("span").textContent = text;
        const link = notice.querySelector("a");
        if (href) Object.assign(link, { href, textContent: action, hidden: false });
        return notice;
    });
    const element = document.getElementById("notes");
    if (element.innerHTML !== elements.map((notice) => notice.outerHTML).join("")) element.replaceChildren(...elements);
}

const MAX_CHARACTERS = 60; // of a hypothesis in a list

// Several tests may be of one prototype: the hypothesis distinguishes them.
export function testName(test) {
    const expected = [...test.hypothesis];
    const short = expected.length > MAX_CHARACTERS ? `${expected.slice(0, MAX_CHARACTERS - 1).join("").trimEnd()}…` : test.hypothesis;
    return `${prototypeName(test)} · ${short}`;
}

export function prototypeName(test) {
    return `${test.prototype}, ${pageText("version", { n: test.version })}`;
}

export function draftLine(draft, { progress, pictures, behind, open, again }) {
    const line = piece("draft-piece");
    const [state, label] = stateOf(draft, progress, behind);
    line.dataset.key = draft.key;
    line.dataset.state = state;
    line.querySelector("[data-name]").textContent = draft.kind ? draft.name : testName(draft.test);
    line.querySelector("[data-when]").textContent = moment(draft.written ?? draft.changed);
    const tag = line.querySelector(".tag");
    tag.className = `tag ${TONES[state]}`;
    tag.textContent = label;
    line.querySelector("[data-pictures]").textContent = pictures ? pageText("pictures", { n: pictures }) : "";
    line.querySelector("[data-explanation]").textContent = explanation(draft);
    const button = line.querySelector("[data-open]");
    button.hidden = isOver(draft) || Boolean(progress);
    button.addEventListener("click", () => open(draft));
    const both = line.querySelector("[data-again]");
    both.hidden = draft.state !== "undecided";
    both.addEventListener("click", () => again(draft));
    const link = line.querySelector("[data-see]");
    if (draft.kind) link.textContent = pageText("see");
    if (draft.href) Object.assign(link, { href: draft.href, hidden: false });
    return line;
}

function stateOf(draft, progress, behind) {
    if (progress) return ["sending", progress];
    if (draft.state === "sent") return draft.outcome === "beside" ? ["beside", pageText("beside")] : ["sent", pageText("sent")];
    if (draft.state === "waiting") return ["waiting", pageText(behind ? "waits_behind" : "waits")];
    if (draft.state === "undecided") return ["undecided", pageText("undecided")];
    return draft.state === "refused" ? ["refused", pageText("refused")] : ["open", pageText("writing")];
}

function explanation(draft) {
    if (draft.outcome === "beside") return pageText("beside_text");
    if (draft.state === "undecided") return pageText("undecided_text");
    if (draft.trouble) return pageText("broken");
    if (draft.state === "refused") return Object.values(draft.reasons ?? {}).flat().join(" ");
    if (!draft.code || draft.state === "open") return "";
    const [code, earlier] = [draft.code, draft.earlierCode ?? ""].map(printedCode);
    if (draft.earlierCode) return pageText("second_code", { code, earlier });
    return pageText("code_line", { code, address: withdrawalAddress });
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
    const element = line.querySelector("[data-reason]");
    element.textContent = reason ?? "";
    element.hidden = !reason;
}

export async function askToConfirm(question) {
    const dialog = document.getElementById("sure");
    dialog.querySelector("p").textContent = question;
    dialog.returnValue = "no";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    return dialog.returnValue === "yes";
}
