// Reads a calendar from standard input with npm's ical.js and prints its entries as `tests/readers.py` gives them.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const zones = calendar.getAllSubcomponents("vtimezone").map((zone) => new ICAL.Timezone(zone));
zones.forEach((zone) => ICAL.TimezoneService.register(zone));

const utc = (time) => (time.isDate ? null : time.toJSDate().toISOString().replace(".000Z", "Z"));
const entries = calendar.getAllSubcomponents("vevent").map((component) => {
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
});
const method = calendar.getFirstPropertyValue("method");
process.stdout.write(JSON.stringify({ name: calendar.getFirstPropertyValue("x-wr-calname"), method, entries }));
