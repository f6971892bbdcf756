// Draws each chart from the JSON beside it, in the page's own colours; the same figures are in a table.

const COLOURS = {
    implemented: "--chart-implemented",
    open: "--chart-open",
    abandoned: "--chart-abandoned",
    action: "--action",
    transfo: "--transfo",
    residency: "--residency",
    marker: "--marker",
    ink: "--ink",
    quiet: "--ink-2",
    line: "--line",
    surface: "--surface",
};
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const paper = window.matchMedia("print");

function colour(name) {
    const token = COLOURS[name];
    return token ? getComputedStyle(document.documentElement).getPropertyValue(token).trim() : name;
}

// Replaces colour names by the page's colours, wherever a key speaks of a colour.
function painted(value, key = "") {
    if (Array.isArray(value)) return value.map((item) => painted(item, key));
    if (value && typeof value === "object") {
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, painted(item, name)]));
    }
    return typeof value === "string" && /color$/i.test(key) ? colour(value) : value;
}

function withAxisColours(axis) {
    const quiet = colour("quiet");
    return {
        ...axis,
        nameTextStyle: { color: quiet, ...axis.nameTextStyle },
        axisLabel: { color: quiet, ...axis.axisLabel },
        axisLine: { lineStyle: { color: quiet }, ...axis.axisLine },
        splitLine: { lineStyle: { color: colour("line") }, ...axis.splitLine },
    };
}

function axes(axis) {
    return Array.isArray(axis) ? axis.map(withAxisColours) : axis && withAxisColours(axis);
}

function complete(option) {
    const ready = painted(option);
    const text = { color: colour("ink"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
    const tooltip = {
        renderMode: "richText",
        backgroundColor: colour("surface"),
        borderColor: colour("quiet"),
        textStyle: text,
        ...ready.tooltip,
    };
    if (ready.legend) ready.legend = { textStyle: text, ...ready.legend };
    ready.series = (ready.series ?? []).map((series) => ({ emphasis: { disabled: true }, ...series }));
    if (ready.xAxis) ready.xAxis = axes(ready.xAxis);
    if (ready.yAxis) ready.yAxis = axes(ready.yAxis);
    return { animation: !still.matches && !paper.matches, textStyle: text, ...ready, tooltip };
}

function draw(place) {
    const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = window.echarts.getInstanceByDom(place) ?? window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(complete(option), true);
    return chart;
}

const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) window.echarts.getInstanceByDom(entry.target)?.resize();
});

function drawAll(root = document) {
    for (const place of root.querySelectorAll("[data-chart]")) {
        draw(place);
        sizes.observe(place);
    }
}

drawAll();
dark.addEventListener("change", () => drawAll());
// Paper has colours and a width of its own, and does not wait for the next frame.
paper.addEventListener("change", () => {
    for (const place of document.querySelectorAll("[data-chart]")) {
        const chart = draw(place);
        chart.resize();
        chart.getZr().flush();
    }
});
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.detail.elt));
