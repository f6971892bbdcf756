// Drag notes on the board. Each card also has a link to a form that does the same by keyboard and without scripts.

const DRAGGED = "application/x-note";
let dragged = null;

const cardOf = (event) => event.target.closest?.(".note-card[draggable]");
const targetOf = (event) => dragged && event.target.closest?.("[data-board] [data-insight]");
const unmark = () => document.querySelectorAll(".is-target").forEach((place) => place.classList.remove("is-target"));

document.addEventListener("dragstart", (event) => {
    dragged = cardOf(event);
    if (dragged) {
        event.dataTransfer.setData(DRAGGED, dragged.dataset.move);
        event.dataTransfer.effectAllowed = "move";
    }
});

document.addEventListener("dragover", (event) => {
    const place = targetOf(event);
    unmark();
    if (place) {
        event.preventDefault();
        place.classList.add("is-target");
    }
});

document.addEventListener("drop", (event) => {
    const place = targetOf(event);
    const card = dragged;
    unmark();
    if (!place || place === card.closest("[data-insight]")) return;
    event.preventDefault();
    window.htmx.ajax("POST", card.dataset.move, {
        target: "#board",
        swap: "outerHTML",
        values: { insight: place.dataset.insight, version_token: card.dataset.token },
    });
});

document.addEventListener("dragend", () => {
    dragged = null;
    unmark();
});
