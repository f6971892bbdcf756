// Draw each chart from the JSON next to it, in the colours of the page; a table has the same figures.

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
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
const print = window.matchMedia("print");

function colour(name) {
    const token = COLOURS[name];
    return token ? getComputedStyle(document.documentElement).getPropertyValue(token).trim() : name;
}

// Replace colour names with the colours of the page, in every key that ends with "color".
function withPageColours(value, key = "") {
    if (Array.isArray(value)) return value.map((item) => withPageColours(item, key));
    if (value && typeof value === "object") {
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPageColours(item, name)]));
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
    const ready = withPageColours(option);
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
    return { animation: !reducedMotion.matches && !print.matches, textStyle: text, ...ready, tooltip };
}

function draw(element) {
    const option = JSON.parse(document.getElementById(element.dataset.chart).textContent);
    const chart = window.echarts.getInstanceByDom(element) ?? window.echarts.init(element, null, { renderer: "svg" });
    chart.setOption(complete(option), true);
    return chart;
}

const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) window.echarts.getInstanceByDom(entry.target)?.resize();
});

function drawAll(root = document) {
    for (const element of root.querySelectorAll("[data-chart]")) {
        draw(element);
        sizes.observe(element);
    }
}

drawAll();
dark.addEventListener("change", () => drawAll());
// Paper has other colours and another width, and printing does not wait for the next frame.
print.addEventListener("change", () => {
    for (const element of document.querySelectorAll("[data-chart]")) {
        const chart = draw(element);
        chart.resize();
        chart.getZr().flush();
    }
});
document.addEventListener("htmx:afterSettle", (event) => drawAll(event.detail.elt));
