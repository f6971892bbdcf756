// The boxes that select rows of a list: count them, and select all rows of the page at once.

const announcer = document.getElementById("announcer");

function parts() {
    const form = document.querySelector("[data-selection]");
    if (!form) return null;
    const boxes = [...document.querySelectorAll(`input[name="row"][form="${form.id}"]`)];
    return { form, boxes, everything: form.querySelector("[name=all]"), page: document.querySelector("[data-select-page]") };
}

function showSelection({ form, boxes, everything, page }) {
    const count = boxes.filter((box) => box.checked).length;
    const { all, one, other } = form.dataset;
    const text = everything.checked ? all : (count === 1 ? one : other).replace("{n}", count);
    form.querySelector("[data-selected-count]").textContent = text;
    page.hidden = false;
    page.checked = count > 0 && count === boxes.length;
    page.indeterminate = count > 0 && count < boxes.length;
    return text;
}

function update() {
    const found = parts();
    if (found) showSelection(found);
}

document.addEventListener("change", (event) => {
    const found = parts();
    if (!found || !event.target.matches("[name=row], [name=all], [data-select-page]")) return;
    if (event.target === found.page) for (const box of found.boxes) box.checked = found.page.checked;
    const text = showSelection(found);
    if (announcer) announcer.textContent = text;
});

document.addEventListener("htmx:afterSettle", update);
window.addEventListener("pageshow", update); // a browser that goes back keeps the ticked boxes
update();
