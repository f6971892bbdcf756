// Small comforts of every page; each page works without them.

const announcer = document.getElementById("announcer");

function announce(root) {
    const spoken = root.matches?.("[data-announce]") ? root : root.querySelector?.("[data-announce]");
    if (spoken && announcer) announcer.textContent = spoken.textContent.trim().replace(/\s+/g, " ");
}

function focusReason(root) {
    root.querySelector("[data-focus]")?.focus();
}

// A line of time too long for the screen opens on today, with a little of what came before.
function showToday(root) {
    for (const line of root.querySelectorAll(".timeline-scroll .line-today")) {
        const scroller = line.closest(".timeline-scroll");
        const names = scroller.querySelector(".timeline-names")?.getBoundingClientRect().width ?? 0;
        const room = scroller.clientWidth - names;
        const start = scroller.getBoundingClientRect().left + names;
        scroller.scrollLeft += line.getBoundingClientRect().left - start - room / 3;
    }
}

// After a swap: say what changed, and take people to the reason when something was refused.
document.addEventListener("htmx:afterSettle", (event) => {
    announce(event.detail.elt);
    focusReason(event.detail.elt);
    showToday(event.detail.elt);
});

// A request that got no answer says so instead of doing nothing; of someone signed out, beside what they typed.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
        const out = event.detail.xhr?.status === 401;
        const words = document.getElementById(out ? "signed-out" : "lost-request").content.cloneNode(true);
        const form = out && event.target.closest("form[method=post]");
        if (!form) return document.getElementById("messages")?.replaceChildren(words);
        form.querySelector(":scope > .message")?.remove();
        form.append(words);
    });
}

// Signing in, in whatever tab, changes the token that goes with what is sent.
function token() {
    return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}
document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!token()) return;
    detail.headers["X-CSRFToken"] = token();
    if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", token());
});
document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", "true");
});

// Drafts of the field page stay on the device when people sign out: they are told first.
for (const form of document.querySelectorAll("form[data-leaving]")) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const left = await import("./field/leaving.js").catch(() => null);
        if (left) await left.leave(form);
        else form.submit();
    });
}

// Coming back to a page kept by the browser, its forms can be sent again.
window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("[data-sent]")) {
        delete form.dataset.sent;
        for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
});

// “/” leads to the search, Escape back to where one was. Whoever speaks to the machine can switch it off (WCAG 2.1.4).
const slash = document.querySelector("[data-slash]");
let left = null;

function slashIsOff() {
    try {
        return localStorage.getItem("slash") === "off";
    } catch {
        return false;
    }
}

function toSearch() {
    const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
    if (!field) return false;
    left = document.activeElement;
    if (!field.getClientRects().length) field.closest("[popover]")?.showPopover();
    field.focus();
    field.select();
    return true;
}

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("[data-search]")) {
        event.target.blur();
        left?.focus();
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog") || slashIsOff()) return;
    if (toSearch()) event.preventDefault();
});

if (slash) {
    const on = slash.querySelector("input");
    on.checked = !slashIsOff();
    on.addEventListener("change", () => localStorage.setItem("slash", on.checked ? "on" : "off"));
    slash.hidden = false;
}

// A button that prints shows itself where it can.
for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}

focusReason(document);
showToday(document);
