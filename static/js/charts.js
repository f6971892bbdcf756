// Draw each chart from the JSON next to it, in the colours of the page; a table has the same figures.

const COLOURS = { action: "--action", ink: "--ink", quiet: "--ink-2", line: "--line", surface: "--surface" };
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
const print = window.matchMedia("print");

function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(COLOURS[name]).trim();
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
    return {
        animation: !reducedMotion.matches && !print.matches,
        textStyle: text,
        ...ready,
        tooltip,
        xAxis: withAxisColours(ready.xAxis),
        yAxis: withAxisColours(ready.yAxis),
        series: ready.series.map((series) => ({ emphasis: { disabled: true }, ...series })),
    };
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

function drawAll() {
    for (const element of document.querySelectorAll("[data-chart]")) {
        draw(element);
        sizes.observe(element);
    }
}

drawAll();
dark.addEventListener("change", drawAll);
// Paper has other colours and another width, and printing does not wait for the next frame.
print.addEventListener("change", () => {
    for (const element of document.querySelectorAll("[data-chart]")) {
        const chart = draw(element);
        chart.resize();
        chart.getZr().flush();
    }
});
