// After htmx has replaced a part of the page, restore the focus: to the same control; if its row is gone, to the control
// at the same position in the next row, else in the row before; else to the empty message or the heading of the list.
// Where that control is a button that submits, to the first control of its row: Enter pressed twice acts on one row only.

const ROWS = ["tbody tr", "[role=group]", "article", "li"];
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
let last = null; // where the focus was when a request began or its response arrived

function controlsOf(part) {
    return [...part.querySelectorAll(CONTROLS)].filter((control) => control.getClientRects().length);
}

function identity(control) {
    return control.id || [control.tagName, control.name, control.value, control.textContent.trim()].join("|");
}

function keyOf(row) {
    return row.id || row.querySelector("a[href]")?.getAttribute("href") || row.textContent.trim();
}

function rowOf(control, part) {
    const row = control.closest(ROWS.join());
    return row && part.contains(row) ? row : null;
}

// Return what identifies the position in the new part: the control, its row, and the rows after and before it.
function positionOf(control, part) {
    const row = rowOf(control, part);
    const kind = row && ROWS.find((selector) => row.matches(selector));
    const keys = kind ? [...part.querySelectorAll(kind)].map(keyOf) : [];
    const at = row ? keys.indexOf(keyOf(row)) : -1;
    return {
        part: part.id,
        control: identity(control),
        kind,
        neighbours: [...keys.slice(at + 1), ...keys.slice(0, Math.max(at, 0)).reverse()],
        index: row ? controlsOf(row).indexOf(control) : -1,
    };
}

function inNeighbour(part, { kind, neighbours, index }) {
    if (!kind) return null;
    const rows = new Map([...part.querySelectorAll(kind)].map((row) => [keyOf(row), row]));
    const row = rows.get(neighbours.find((key) => rows.has(key)));
    const controls = row ? controlsOf(row) : [];
    return controls[index] && controls[index].type !== "submit" ? controls[index] : controls[0];
}

function headingOf(part) {
    return part.querySelector("h1, h2, h3") ?? part.closest("section, main")?.querySelector("h1, h2, h3");
}

function focusOn(element) {
    if (!element) return;
    if (!element.matches(CONTROLS)) element.tabIndex = -1;
    element.focus({ preventScroll: element.matches("h1, h2, h3") });
}

function remember(part, control) {
    if (part?.id && control && part.contains(control)) last = positionOf(control, part);
}

// Before the request: the button that was pressed is disabled while it is under way, and loses the focus then.
document.addEventListener("htmx:beforeRequest", (event) => {
    last = null;
    remember(event.detail.target, document.activeElement);
});
document.addEventListener("htmx:beforeSwap", (event) => remember(event.detail.target, document.activeElement));

document.addEventListener("htmx:afterSettle", () => {
    const part = last && document.getElementById(last.part);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (!part || !lost) return;
    const same = controlsOf(part).find((control) => identity(control) === last.control);
    focusOn(same ?? inNeighbour(part, last) ?? part.querySelector(".empty-title") ?? headingOf(part));
    last = null;
});
