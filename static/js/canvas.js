// A canvas by keyboard: arrows lead from place to place, Escape leaves a text, Ctrl + Enter saves it.
// Without it, Tab and Enter do the same by plain links and forms.

const canvas = document.querySelector(".canvas");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

// The place beside another one: by row and column in a table, one after the other elsewhere.
function neighbour(place, [down, right]) {
    const row = place.closest("tr");
    if (row && right) return row.cells[place.cellIndex + right];
    if (row) return (down > 0 ? row.nextElementSibling : row.previousElementSibling)?.cells[place.cellIndex];
    const places = [...canvas.querySelectorAll(".cell")];
    return places[places.indexOf(place) + down + right];
}

function changed(form) {
    return [...form.elements].some((field) => field.matches("textarea") && field.value !== field.defaultValue);
}

canvas?.addEventListener("keydown", (event) => {
    const place = event.target.closest(".cell");
    const form = event.target.closest(".cell-form");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else if (form && event.key === "Escape") {
        if (!changed(form) || window.confirm(form.dataset.leave)) form.querySelector(".cell-leave").click();
    } else if (place && !form && STEPS[event.key]) {
        const link = neighbour(place, STEPS[event.key])?.querySelector(".cell-edit");
        if (!link) return;
        link.focus();
        event.preventDefault();
    }
});

// A form that opens at the edge of a wide table is seen whole.
document.addEventListener("htmx:afterSettle", (event) => {
    event.detail.elt.querySelector?.(".cell-form")?.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// What is being written is not lost by going elsewhere.
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
