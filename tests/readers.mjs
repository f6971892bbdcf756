// Reads calendars, one JSON string a line, with npm's ical.js, and prints their entries as `tests/calendar_readers.py`
// gives them.
import ICAL from "ical.js";
import { createInterface } from "node:readline";

const utc = (time) => (time.isDate ? null : time.toJSDate().toISOString().replace(".000Z", "Z"));

function entry(component) {
    const event = new ICAL.Event(component);
    const changed = component.getFirstPropertyValue("last-modified");
    return {
        uid: event.uid,
        sequence: event.sequence,
        status: component.getFirstPropertyValue("status"),
        summary: event.summary,
        place: event.location,
        zone: component.getFirstProperty("dtstart").getFirstParameter("tzid") ?? null,
        starts: event.startDate.toString(),
        ends: event.endDate.toString(),
        starts_utc: utc(event.startDate),
        ends_utc: utc(event.endDate),
        changed: changed ? utc(changed) : null,
    };
}

function read(text) {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset(); // of the calendar before
    const zones = calendar.getAllSubcomponents("vtimezone").map((zone) => new ICAL.Timezone(zone));
    zones.forEach((zone) => ICAL.TimezoneService.register(zone));
    return {
        name: calendar.getFirstPropertyValue("x-wr-calname"),
        method: calendar.getFirstPropertyValue("method"),
        entries: calendar.getAllSubcomponents("vevent").map(entry),
    };
}

for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(read(JSON.parse(line)))}\n`);
}
