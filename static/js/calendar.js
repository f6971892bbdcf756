// Draw a month or a week as a grid with EventCalendar. The list of the same events comes with the page: it stays on
// phones, in print, and where the grid cannot be drawn. Nothing is saved here: choosing days and moving an event open
// the pages that do it.

const grid = document.getElementById("calendar-grid");
const words = grid.dataset;
const wide = window.matchMedia("(min-width: 60.001rem)");
const VIEWS = { month: "dayGridMonth", week: "timeGridWeek" };
const TABLE_ROLES = ["table", "rowgroup", "row", "columnheader", "rowheader", "cell"];
const locale = { en: "en-GB" }[document.documentElement.lang] ?? document.documentElement.lang;
const longDay = new Intl.DateTimeFormat(locale, { dateStyle: "full" });
const shortDay = new Intl.DateTimeFormat(locale, { weekday: "short" });
let component;
let lastMove = null;
let isDragging = false;

function isoDay(date) {
    const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
    return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function isoHour(date) {
    return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

function element(tag, text = "", className = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
}

function withParameters(path, parameters) {
    return `${path}?${new URLSearchParams(parameters)}`;
}

function addHref(first, last = first) {
    return withParameters(words.add, { first_day: isoDay(first), last_day: isoDay(last), next: words.here });
}

// The content of an event: a link that says all of it, or the name of days off.
function eventContent({ event }) {
    const { href, label, code, details, note, move } = event.extendedProps;
    if (!href) return { domNodes: [element("span", event.title, "days-off-name")] };
    const link = element("a", "", "event-link");
    link.href = href;
    link.draggable = false;
    link.setAttribute("aria-label", move ? `${label}, ${words.movable}` : label);
    if (code) link.append(element("b", code), " ");
    const parts = [event.title];
    if (words.view === "week" && details) parts.push(element("small", details));
    if (note) parts.splice(words.view === "week" ? 0 : parts.length, 0, element("span", note, "event-note"));
    link.append(...parts);
    return { domNodes: [link] };
}

function dayContent({ date }) {
    const number = date.getDate();
    if (!words.add) return String(number);
    const link = element("a", String(number));
    link.href = addHref(date);
    link.setAttribute("aria-label", words.addLabel.replace("{day}", longDay.format(date)));
    // Without this the component would begin to select days.
    link.addEventListener("pointerdown", (event) => event.stopPropagation());
    return { domNodes: [link] };
}

// The head of a day in a week: its name and its number, which adds a session.
function weekDayHead(date) {
    const name = `${shortDay.format(date)} `;
    const number = dayContent({ date });
    return typeof number === "string" ? name + number : { domNodes: [element("span", name), ...number.domNodes] };
}

async function fetchEvents({ startStr, endStr }) {
    const parameters = { start: startStr.slice(0, 10), end: endStr.slice(0, 10), of: words.of, view: words.view };
    const response = await fetch(withParameters(words.events, parameters), { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const { events } = await response.json();
    const lines = events.map((event) => (event.extendedProps.band ?? -1) + 1);
    grid.style.setProperty("--bands", Math.max(0, ...lines));
    return events;
}

// An event that has hours, and keeps them where it is dropped, moves by hours too.
function openMove({ event, oldEvent, revert }) {
    const days = { was: isoDay(oldEvent.start), first_day: isoDay(event.start) };
    const hasHours = !event.allDay && !oldEvent.allDay;
    const hours = hasHours ? { was_at: isoHour(oldEvent.start), at: isoHour(event.start) } : {};
    if (days.was === days.first_day && hours.was_at === hours.at) {
        revert();
        return;
    }
    lastMove = revert;
    window.location.assign(withParameters(event.extendedProps.move, { ...days, ...hours, next: words.here }));
}

function openSelection({ start, end }) {
    window.location.assign(addHref(start, new Date(end.getTime() - 1)));
}

// The grid is no table for screen readers: its events do not lie in its cells. Each link says its own days.
function dropTableRoles() {
    for (const part of grid.querySelectorAll(TABLE_ROLES.map((role) => `[role="${role}"]`).join())) {
        part.removeAttribute("role");
        for (const attribute of ["aria-colindex", "aria-label"]) part.removeAttribute(attribute);
    }
    for (const name of grid.querySelectorAll(".ec-col-head > [aria-label]")) name.removeAttribute("aria-label");
}

function options() {
    return {
        view: VIEWS[words.view],
        date: words.on,
        locale,
        firstDay: 1,
        headerToolbar: { start: "", center: "", end: "" },
        dayHeaderFormat: words.view === "week" ? weekDayHead : { weekday: "short" },
        slotMinTime: "08:00:00",
        slotMaxTime: "19:00:00",
        flexibleSlotTimeLimits: true,
        slotDuration: "01:00:00",
        slotHeight: 36,
        slotLabelFormat: (time) => `${time.getHours()}${locale === "fr" ? " h" : ":00"}`,
        scrollTime: "08:00:00",
        allDayContent: words.allDay,
        slotEventOverlap: false,
        eventContent,
        dayCellContent: words.view === "week" ? "" : dayContent,
        eventStartEditable: false,
        eventDurationEditable: false,
        eventDragStart: () => (isDragging = true),
        eventDrop: openMove,
        selectable: Boolean(words.add),
        select: openSelection,
        eventSources: [
            {
                events: (request, done, failed) => {
                    fetchEvents(request).then(done, (error) => {
                        failed(error);
                        showList();
                    });
                },
            },
        ],
        eventAllUpdated: dropTableRoles,
    };
}

function showGrid() {
    grid.hidden = false;
    document.body.classList.add("has-calendar-grid");
    for (const hint of document.querySelectorAll(".calendar-hint")) hint.hidden = false;
    component ??= window.EventCalendar.create(grid, options());
    dropTableRoles();
}

// Where the grid cannot be drawn, the list is there.
function showList() {
    grid.hidden = true;
    document.body.classList.remove("has-calendar-grid");
    document.getElementById("announcer").textContent = words.failed;
}

function load() {
    const script = document.createElement("script");
    script.src = words.component;
    script.addEventListener("load", showGrid);
    document.head.append(script);
}

// A link does not open where a drag ends on it.
grid.addEventListener("click", (event) => isDragging && event.preventDefault(), true);
grid.addEventListener("pointerdown", () => (isDragging = false), true);

// A dropped event waits in its new place while the next page loads; back from that page, it is where it was.
window.addEventListener("pageshow", (event) => {
    if (event.persisted && lastMove) lastMove();
    lastMove = null;
});

if (wide.matches) load();
else wide.addEventListener("change", load, { once: true });
