// A canvas by keyboard: arrow keys move from cell to cell, Escape leaves a text, Ctrl + Enter saves it.
// Without this script, links and forms do the same.

const canvas = document.querySelector(".canvas");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// Return the next cell: by row and column in a table, in order elsewhere.
function neighbour(cell, [down, right]) {
    const row = cell.closest("tr");
    if (row && right) return row.cells[cell.cellIndex + right];
    if (row) return (down > 0 ? row.nextElementSibling : row.previousElementSibling)?.cells[cell.cellIndex];
    const cells = [...canvas.querySelectorAll(".cell")];
    return cells[cells.indexOf(cell) + down + right];
}

function changed(form) {
    return [...form.elements].some((field) => field.matches("textarea") && field.value !== field.defaultValue);
}

canvas?.addEventListener("keydown", (event) => {
    const cell = event.target.closest(".cell");
    const form = event.target.closest(".cell-form");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else if (form && event.key === "Escape") {
        if (!changed(form) || window.confirm(form.dataset.leave)) form.querySelector(".cell-leave").click();
    } else if (cell && !form && STEPS[event.key]) {
        const link = neighbour(cell, STEPS[event.key])?.querySelector(".cell-edit");
        if (!link) return;
        link.focus();
        event.preventDefault();
    }
});

// Scroll a form that opens at the edge of a wide table into view.
document.addEventListener("htmx:afterSettle", (event) => {
    event.detail.elt.querySelector?.(".cell-form")?.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// Ask before leaving a page with unsaved text.
window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll(".cell-form")].some((form) => changed(form) && !form.dataset.sending)) {
        event.preventDefault();
    }
});
document.addEventListener("submit", (event) => {
    if (event.target.matches(".cell-form")) event.target.dataset.sending = "yes";
}, true);
document.addEventListener("htmx:configRequest", (event) => {
    if (event.defaultPrevented) delete event.target.closest(".cell-form")?.dataset.sending;
});
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => delete event.target.closest?.(".cell-form")?.dataset.sending);
}
