// Enhancements of every page; each page works without them.

const announcer = document.getElementById("announcer");

// The texts of a swap that are announced to screen readers: messages, counts, and empty lists.
const SPOKEN = "[data-announce], .messages .message > span, .empty-title";

function announce(root) {
    const spokenElements = root.matches?.("[data-announce]") ? [root] : [...(root.querySelectorAll?.(SPOKEN) ?? [])];
    const text = spokenElements.map((spoken) => spoken.textContent.trim().replace(/\s+/g, " ")).join(" ");
    if (text && announcer) announcer.textContent = text;
}

function focusReason(root) {
    root.querySelector("[data-focus]")?.focus();
}

// Scroll a timeline that is wider than the screen to today.
function showToday(root) {
    for (const line of root.querySelectorAll(".timeline-scroll .line-today")) {
        const scroller = line.closest(".timeline-scroll");
        const names = scroller.querySelector(".timeline-names")?.getBoundingClientRect().width ?? 0;
        const room = scroller.clientWidth - names;
        const start = scroller.getBoundingClientRect().left + names;
        scroller.scrollLeft += line.getBoundingClientRect().left - start - room / 3;
    }
}

// After a swap: announce what changed, and focus the reason of a refusal.
document.addEventListener("htmx:afterSettle", (event) => {
    announce(event.detail.elt);
    focusReason(event.detail.elt);
    showToday(event.detail.elt);
});

// A new choice replaces the values in the URL: remove the reports of ignored ones.
document.addEventListener("change", (event) => {
    if (!event.target.closest(".filters")) return;
    for (const report of document.querySelectorAll("[data-ignored]")) report.remove();
});

// Signing in, in any tab, changes the CSRF token, and perhaps the person.
const person = document.getElementById("typed-before")?.dataset.person;

function cookie(name) {
    return document.cookie.match(`(?:^|; )${name}=([^;]+)`)?.[1];
}

const csrf = () => cookie("__Host-csrftoken") ?? cookie("csrftoken"); // the first in production

function isOtherPerson() {
    const now = cookie("__Host-who") ?? cookie("who");
    return Boolean(person && now && now !== person);
}

function template(id) {
    return document.getElementById(id).content.cloneNode(true);
}

function showNotice(form, id) {
    if (!form || form.hidden) return document.getElementById("messages")?.replaceChildren(template(id));
    form.querySelector(":scope > .message")?.remove();
    form.append(template(id));
}

// Show that a request got no answer; when the person is signed out, next to the form.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
        const { xhr, requestConfig } = event.detail;
        const form = requestConfig?.verb !== "get" && event.target.closest("form[method=post]");
        if (xhr?.status === 401) showNotice(form, form ? "signed-out" : "signed-out-reading");
        else if (xhr?.status === 409 && isOtherPerson()) showNotice(form, "other-user");
        else showNotice(null, "lost-request");
    });
}

// Never send a form of a page made for one person as another person; the platform checks this too.
document.addEventListener("htmx:configRequest", (event) => {
    const { detail, target } = event;
    if (detail.verb !== "get" && isOtherPerson()) {
        event.preventDefault();
        return showNotice(target.closest("form[method=post]"), "other-user");
    }
    if (person) detail.headers["X-Made-For"] = person;
    const token = csrf();
    if (!token) return;
    detail.headers["X-CSRFToken"] = token;
    if (detail.formData.has("csrfmiddlewaretoken")) detail.formData.set("csrfmiddlewaretoken", token);
});

function addPerson(form) {
    const field = form.querySelector(":scope > [name=made_for]") ?? document.createElement("input");
    Object.assign(field, { type: "hidden", name: "made_for", value: person });
    form.append(field);
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    const field = form.querySelector("[name=csrfmiddlewaretoken]");
    if (!field) return;
    if (!event.defaultPrevented && !form.matches("[data-leaving]")) {
        if (isOtherPerson()) {
            event.preventDefault();
            return showNotice(form, "other-user");
        }
        if (person) addPerson(form);
    }
    if (csrf()) field.value = csrf();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    for (const field of form.elements) if (field.type === "submit") field.setAttribute("aria-disabled", "true");
});

// Drafts of the field page stay on the device when people sign out: warn them first.
for (const form of document.querySelectorAll("form[data-leaving]")) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const left = await import("./field/leaving.js").catch(() => null);
        if (left) await left.leave(form);
        else form.submit();
    });
}

// Someone else is signed in: what the page for phones stores of the person before becomes unreadable.
function fieldAccount() {
    try {
        return localStorage.getItem("field-account");
    } catch {
        return null;
    }
}

if (person && fieldAccount() && fieldAccount() !== person) import("./field/store.js").then(({ forget }) => forget());

// The forms of a page that the browser restores from its cache can be sent again.
window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("[data-sent]")) {
        delete form.dataset.sent;
        for (const field of form.elements) if (field.type === "submit") field.removeAttribute("aria-disabled");
    }
});

// “/” moves the focus to the search, Escape moves it back. People who use voice input can switch this off (WCAG 2.1.4).
const slash = document.querySelector("[data-slash]");
let left = null;

function slashIsOff() {
    try {
        return localStorage.getItem("slash") === "off";
    } catch {
        return false;
    }
}

function focusSearch() {
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
    if (focusSearch()) event.preventDefault();
});

if (slash) {
    const on = slash.querySelector("input");
    on.checked = !slashIsOff();
    on.addEventListener("change", () => localStorage.setItem("slash", on.checked ? "on" : "off"));
    slash.hidden = false;
}

// A link to a part of the page opens what is folded around it.
function unfold() {
    const target = document.querySelector(":target");
    const closed = target?.closest("details:not([open])");
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (closed) target.scrollIntoView();
}

window.addEventListener("hashchange", unfold);
unfold();

// A menu of the page closes when something else is pressed or focused, and by Escape.
function closeMenus(stays) {
    for (const menu of document.querySelectorAll(".menu[open]")) menu.open = stays(menu);
}

document.addEventListener("click", ({ target }) => closeMenus((menu) => menu.contains(target)));
document.addEventListener("focusin", ({ target }) =>
    closeMenus((menu) => menu.contains(target) || target.contains(menu)),
);
document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
});

// Buttons that copy a field; browsers offer a clipboard only to pages over HTTPS.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
    button.hidden = false;
    button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
        if (announcer) announcer.textContent = button.dataset.copied;
        button.textContent = button.dataset.copied;
    });
}

// Print buttons are hidden without JavaScript.
for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}

focusReason(document);
showToday(document);
