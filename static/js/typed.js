// Typed values of a form stay in this tab until the platform has answered, so that people who were signed out find them
// after signing in. Passwords, files and values of other people are never stored.

const KEY = "typed";
const noticeTemplate = document.getElementById("typed-before");
const person = noticeTemplate?.dataset.person;
const OURS = ["csrfmiddlewaretoken", "made_for"]; // added by the page, not typed
const here = location.pathname + location.search;

function clearStoredForm() {
    sessionStorage.removeItem(KEY);
}

function storeForm(typed) {
    try {
        sessionStorage.setItem(KEY, JSON.stringify(typed));
    } catch {
        clearStoredForm(); // storage is full: an older form must not be restored instead
    }
}

function storedForm() {
    return JSON.parse(sessionStorage.getItem(KEY));
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-leaving]")) return clearStoredForm();
    if (event.defaultPrevented || !person || form.getAttribute("method") !== "post") return;
    clearStoredForm();
    if (form.querySelector("[type=password]")) return;
    const all = [...new FormData(form)].filter(([name]) => !OURS.includes(name));
    const fields = all.filter(([, value]) => typeof value === "string");
    const hasVisibleField = fields.some(([name]) => form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`));
    const action = form.getAttribute("action");
    if (hasVisibleField) storeForm({ person, action, fields, address: here, files: fields.length < all.length });
});

const TICKED = /^(checkbox|radio)$/;

function fill(field, remaining) {
    const values = remaining.filter(([name]) => name === field.name);
    if (TICKED.test(field.type)) field.checked = values.some(([, value]) => value === field.value);
    else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = values.some(([, value]) => value === option.value);
    } else if (values.length && field.type !== "file") {
        field.value = values[0][1];
        remaining.splice(remaining.indexOf(values[0]), 1);
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
}

function restore(form, { fields, files }) {
    const remaining = [...fields];
    for (const field of form.elements) if (!OURS.includes(field.name)) fill(field, remaining);
    const notice = noticeTemplate.content.cloneNode(true);
    notice.querySelector("[data-files]").hidden = !files;
    form.before(notice);
    form.previousElementSibling.scrollIntoView({ block: "center" });
}

function formOf(typed) {
    return [...document.forms].find(
        (form) => form.getAttribute("action") === typed.action && typed.fields.every(([name]) => form.elements[name]),
    );
}

// The sign-in page and the page about another account mark the values of the last form as lost; any other page means
// that the form arrived.
function restoreLostForm() {
    const typed = storedForm();
    const unsaved = document.querySelector("[data-unsaved] [data-typed]");
    if (!typed) return;
    if (unsaved || (!person && typed.lost)) {
        storeForm({ ...typed, lost: true });
        if (unsaved) unsaved.hidden = false;
    } else if (!typed.lost || typed.person !== person) clearStoredForm();
    else if (typed.address === here && formOf(typed)) {
        restore(formOf(typed), typed);
        clearStoredForm();
    }
}

if (noticeTemplate) restoreLostForm();
