// Show the sentence of a place on a chart of steps: choose it with the slider, or point at the chart.

function show(chart, index) {
    const [x, y, sentence] = stopsOf(chart)[index];
    const slider = chart.querySelector(".step-slider");
    slider.value = index;
    slider.setAttribute("aria-valuetext", sentence);
    chart.querySelector(".step-sentence").textContent = sentence;
    const cursor = chart.querySelector(".step-cursor");
    cursor.setAttribute("x", `${x}%`);
    cursor.querySelector("circle").setAttribute("cy", `${y}%`);
}

function stopsOf(chart) {
    return JSON.parse(document.getElementById(chart.dataset.stepChart).textContent);
}

function nearest(stops, x) {
    const distances = stops.map(([at]) => Math.abs(at - x));
    return distances.indexOf(Math.min(...distances));
}

// The slider: arrow keys, Home and End, or a finger.
document.addEventListener("input", (event) => {
    const chart = event.target.closest("[data-step-chart]");
    if (chart) show(chart, Number(event.target.value));
});

for (const kind of ["pointermove", "pointerdown"]) {
    document.addEventListener(kind, (event) => {
        const drawing = event.target.closest?.(".step-plot")?.firstElementChild;
        if (!drawing) return;
        const chart = drawing.closest("[data-step-chart]");
        const { left, width } = drawing.getBoundingClientRect();
        show(chart, nearest(stopsOf(chart), (100 * (event.clientX - left)) / width));
    });
}
