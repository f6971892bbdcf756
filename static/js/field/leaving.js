// Signing out leaves drafts on the device: warn first, then make them unreadable, and forget what the pages showed.

import { allDrafts, forget } from "./store.js";

export async function leave(form) {
    const dialog = document.getElementById("leaving");
    const left = (await allDrafts()).filter(({ state }) => state !== "sent").length;
    if (left && !(await confirmSignOut(dialog, left))) return;
    await forget();
    form.submit();
}

async function confirmSignOut(dialog, n) {
    const few = new Intl.PluralRules(document.documentElement.lang).select(n) === "one";
    dialog.querySelector("p").textContent = (few ? dialog.dataset.one : dialog.dataset.other).replace("{n}", n);
    dialog.returnValue = "no";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    return dialog.returnValue === "yes";
}
