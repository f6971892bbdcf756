// While an @ and a name are typed in a comment, the names that go on with it are offered; the keyboard is enough.
// Without this the list of people below the field does the same.

const MOST = 6;
const TYPED = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}][^@\n]{0,39})?$/u;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

let field = null; // where names are being offered
let list = null;
let chosen = 0;

function boxes(form) {
    return [...form.querySelectorAll("input[name=named]")];
}

function nameOf(box) {
    return box.closest("label").textContent.trim().normalize("NFC");
}

// The list of people comes with the page, or is asked for once an @ is typed.
function ask(form) {
    const button = form.querySelector("[name=choose]");
    if (!button || button.dataset.asked || !window.htmx) return;
    button.dataset.asked = "yes";
    button.click();
}

function typed() {
    return TYPED.exec(field.value.slice(0, field.selectionStart));
}

function fitting() {
    const found = typed();
    if (!found) return [];
    const words = plain(found[1] ?? "");
    const begins = (name) => plain(name).startsWith(words) || plain(name).split(/[\s-]+/).some((w) => w.startsWith(words));
    return boxes(field.form).filter((box) => begins(nameOf(box)) && plain(nameOf(box)) !== words).slice(0, MOST);
}

function close() {
    list?.remove();
    list = null;
    field?.removeAttribute("aria-activedescendant");
}

function show() {
    const found = fitting();
    close();
    if (!found.length) return;
    list = document.createElement("ul");
    list.className = "mention-names";
    list.id = "mention-names";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.labels[0]?.textContent.trim() ?? "@");
    found.forEach((box, place) => {
        const line = document.createElement("li");
        line.id = `mention-name-${place}`;
        line.setAttribute("role", "option");
        line.textContent = nameOf(box);
        line.addEventListener("mousedown", (event) => {
            event.preventDefault();
            take(box);
        });
        line.box = box;
        list.append(line);
    });
    field.setAttribute("aria-controls", list.id);
    field.after(list);
    point(0);
}

function point(place) {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
    field.setAttribute("aria-activedescendant", list.children[chosen].id);
    const said = document.getElementById("announcer");
    if (said) said.textContent = list.children[chosen].textContent;
}

function take(box) {
    const end = field.selectionStart;
    const start = end - (typed()?.[1] ?? "").length;
    field.setRangeText(`${nameOf(box)} `, start, end, "end");
    box.checked = true;
    box.dataset.byName = "yes";
    close();
    field.focus();
}

// Whoever was ticked by a name in the text and is named no more is ticked no more.
function untick() {
    for (const box of boxes(field.form)) {
        if (!box.dataset.byName || field.value.includes(`@${nameOf(box)}`)) continue;
        box.checked = false;
        delete box.dataset.byName;
    }
}

document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-mentions]")) return;
    field = event.target;
    field.setAttribute("aria-autocomplete", "list");
    if (typed()) ask(field.form);
    untick();
    show();
});

document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) point(chosen + step);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen].box);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
});

document.addEventListener("focusout", (event) => {
    if (event.target === field) close();
});

// The list has come while somebody was typing.
document.addEventListener("htmx:afterSettle", () => {
    if (field && document.activeElement === field) show();
});
