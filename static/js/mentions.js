// Suggest names while an @ and a name are typed in a comment; the keyboard is enough. Without this script, the list of
// people below the field does the same.

const MAX_SUGGESTIONS = 6;
const TYPED = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}][^@\n]{0,39})?$/u;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

let field = null; // the field that has suggestions
let list = null;
let chosen = 0;

function checkboxes(form) {
    return [...form.querySelectorAll("input[name=mentioned]")];
}

function nameOf(checkbox) {
    return checkbox.closest("label").textContent.trim().normalize("NFC");
}

// The list of people comes with the page, or is requested once an @ is typed.
function requestPeople(form) {
    const button = form.querySelector("[name=choose]");
    if (!button || button.dataset.requested || !window.htmx) return;
    button.dataset.requested = "yes";
    button.click();
}

function typed() {
    return TYPED.exec(field.value.slice(0, field.selectionStart));
}

function suggestions() {
    const found = typed();
    if (!found) return [];
    const words = plain(found[1] ?? "");
    const begins = (name) => plain(name).startsWith(words) || plain(name).split(/[\s-]+/).some((w) => w.startsWith(words));
    return checkboxes(field.form).filter((checkbox) => begins(nameOf(checkbox)) && plain(nameOf(checkbox)) !== words).slice(0, MAX_SUGGESTIONS);
}

function close() {
    list?.remove();
    list = null;
    field?.removeAttribute("aria-activedescendant");
}

function show() {
    const found = suggestions();
    close();
    if (!found.length) return;
    list = document.createElement("ul");
    list.className = "mention-names";
    list.id = "mention-names";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.labels[0]?.textContent.trim() ?? "@");
    found.forEach((checkbox, index) => {
        const line = document.createElement("li");
        line.id = `mention-name-${index}`;
        line.setAttribute("role", "option");
        line.textContent = nameOf(checkbox);
        line.addEventListener("mousedown", (event) => {
            event.preventDefault();
            choose(checkbox);
        });
        line.checkbox = checkbox;
        list.append(line);
    });
    field.setAttribute("aria-controls", list.id);
    field.after(list);
    highlight(0);
}

function highlight(index) {
    chosen = (index + list.children.length) % list.children.length;
    [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = list.children[chosen].textContent;
}

function choose(checkbox) {
    const end = field.selectionStart;
    const start = end - (typed()?.[1] ?? "").length;
    field.setRangeText(`${nameOf(checkbox)} `, start, end, "end");
    checkbox.checked = true;
    checkbox.dataset.byName = "yes";
    close();
    field.focus();
}

// Untick people who were ticked by a name that is no longer in the text.
function untick() {
    for (const checkbox of checkboxes(field.form)) {
        if (!checkbox.dataset.byName || field.value.includes(`@${nameOf(checkbox)}`)) continue;
        checkbox.checked = false;
        delete checkbox.dataset.byName;
    }
}

document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-mentions]")) return;
    field = event.target;
    field.setAttribute("aria-autocomplete", "list");
    if (typed()) requestPeople(field.form);
    untick();
    show();
});

document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) highlight(chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") choose(list.children[chosen].checkbox);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
});

document.addEventListener("focusout", (event) => {
    if (event.target === field) close();
});

// The list of people has arrived while someone was typing.
document.addEventListener("htmx:afterSettle", () => {
    if (field && document.activeElement === field) show();
});
