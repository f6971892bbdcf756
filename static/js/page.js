// Small comforts of every page; each page works without them.

const announcer = document.getElementById("announcer");

// Text of a swap that is announced to screen readers: what was done, how many are left, or that there are none.
const SPOKEN = "[data-announce], .messages .message > span, .empty-title";

function announce(root) {
    const own = root.matches?.("[data-announce]") ? [root] : [...(root.querySelectorAll?.(SPOKEN) ?? [])];
    const text = own.map((spoken) => spoken.textContent.trim().replace(/\s+/g, " ")).join(" ");
    if (text && announcer) announcer.textContent = text;
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

// Another choice replaces the values of the address: the report that one was ignored no longer applies.
document.addEventListener("change", (event) => {
    if (!event.target.closest(".filters")) return;
    for (const report of document.querySelectorAll("[data-ignored]")) report.remove();
});

// Signing in, in whatever tab, changes the token that goes with what is sent, and perhaps the person.
const person = document.getElementById("typed-before")?.dataset.person;

function cookie(name) {
    return document.cookie.match(`(?:^|; )${name}=([^;]+)`)?.[1];
}

const csrf = () => cookie("__Host-csrftoken") ?? cookie("csrftoken"); // the first in production

function somebodyElse() {
    const now = cookie("__Host-who") ?? cookie("who");
    return Boolean(person && now && now !== person);
}

function words(id) {
    return document.getElementById(id).content.cloneNode(true);
}

function sayBeside(form, id) {
    if (!form || form.hidden) return document.getElementById("messages")?.replaceChildren(words(id));
    form.querySelector(":scope > .message")?.remove();
    form.append(words(id));
}

// A request that got no answer says so instead of doing nothing; of someone signed out, beside what they typed.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
        const { xhr, requestConfig } = event.detail;
        const form = requestConfig?.verb !== "get" && event.target.closest("form[method=post]");
        if (xhr?.status === 401) sayBeside(form, form ? "signed-out" : "signed-out-reading");
        else if (xhr?.status === 409 && somebodyElse()) sayBeside(form, "somebody-else");
        else sayBeside(null, "lost-request");
    });
}

// What was typed on a page made for one person is never sent as another's; the platform looks again.
document.addEventListener("htmx:configRequest", (event) => {
    const { detail, target } = event;
    if (detail.verb !== "get" && somebodyElse()) {
        event.preventDefault();
        return sayBeside(target.closest("form[method=post]"), "somebody-else");
    }
    if (person) detail.headers["X-Made-For"] = person;
    const token = csrf();
    if (!token) return;
    detail.headers["X-CSRFToken"] = token;
    if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", token);
});

function mark(form) {
    const field = form.querySelector(":scope > [name=made_for]") ?? document.createElement("input");
    Object.assign(field, { type: "hidden", name: "made_for", value: person });
    form.append(field);
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    const field = form.querySelector("[name=csrfmiddlewaretoken]");
    if (!field) return;
    if (!event.defaultPrevented && !form.matches("[data-leaving]")) {
        if (somebodyElse()) {
            event.preventDefault();
            return sayBeside(form, "somebody-else");
        }
        if (person) mark(form);
    }
    if (csrf()) field.value = csrf();
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
        event.target.closest("[popover]")?.hidePopover();
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
