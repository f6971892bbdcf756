// What was typed into a form stays in this tab until the platform has answered: whoever was signed out meanwhile
// finds it again after signing in. Never passwords, never files, never for somebody else.

const KEY = "typed";
const words = document.getElementById("typed-before");
const person = words?.dataset.person;
const OURS = ["csrfmiddlewaretoken", "made_for"]; // of the frame, not typed
const here = location.pathname + location.search;

function forget() {
    sessionStorage.removeItem(KEY);
}

function keep(typed) {
    try {
        sessionStorage.setItem(KEY, JSON.stringify(typed));
    } catch {
        forget(); // no room: nothing older is given back in its place
    }
}

function kept() {
    return JSON.parse(sessionStorage.getItem(KEY));
}

document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-leaving]")) return forget();
    if (event.defaultPrevented || !person || form.getAttribute("method") !== "post") return;
    forget();
    if (form.querySelector("[type=password]")) return;
    const all = [...new FormData(form)].filter(([name]) => !OURS.includes(name));
    const fields = all.filter(([, value]) => typeof value === "string");
    const shown = fields.some(([name]) => form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`));
    const action = form.getAttribute("action");
    if (shown) keep({ person, action, fields, address: here, files: fields.length < all.length });
});

const TICKED = /^(checkbox|radio)$/;

function fill(field, left) {
    const own = left.filter(([name]) => name === field.name);
    if (TICKED.test(field.type)) field.checked = own.some(([, value]) => value === field.value);
    else if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = own.some(([, value]) => value === option.value);
    } else if (own.length && field.type !== "file") {
        field.value = own[0][1];
        left.splice(left.indexOf(own[0]), 1);
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
}

function giveBack(form, { fields, files }) {
    const left = [...fields];
    for (const field of form.elements) if (!OURS.includes(field.name)) fill(field, left);
    const said = words.content.cloneNode(true);
    said.querySelector("[data-files]").hidden = !files;
    form.before(said);
    form.previousElementSibling.scrollIntoView({ block: "center" });
}

function formOf(typed) {
    return [...document.forms].find(
        (form) => form.getAttribute("action") === typed.action && typed.fields.every(([name]) => form.elements[name]),
    );
}

// The sign-in page, and the one that says that somebody else is signed in, mark as lost what was sent before them;
// any other answer means that it arrived.
function look() {
    const typed = kept();
    const unsaved = document.querySelector("[data-unsaved] [data-typed]");
    if (!typed) return;
    if (unsaved || (!person && typed.lost)) {
        keep({ ...typed, lost: true });
        if (unsaved) unsaved.hidden = false;
    } else if (!typed.lost || typed.person !== person) forget();
    else if (typed.address === here && formOf(typed)) {
        giveBack(formOf(typed), typed);
        forget();
    }
}

if (words) look();
