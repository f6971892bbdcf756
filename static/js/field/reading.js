// What can be read without a network: sessions of today and tomorrow, ideas and tests, as the device last heard of them.

import { today } from "./clock.js";
import { pageState } from "./state.js";
import { day, pageText } from "./texts.js";

const byId = (id) => document.getElementById(id);

function piece(name) {
    return byId(name).content.firstElementChild.cloneNode(true);
}

export function showReading() {
    const { sessions = [], ideas = [], tests = [] } = pageState.snapshot ?? {};
    byId("reading").hidden = !pageState.snapshot?.sessions;
    byId("no-session").hidden = sessions.length > 0;
    byId("sessions").replaceChildren(...sessions.map(sessionLine));
    for (const [name, rows] of Object.entries({ ideas, tests })) {
        byId(name).replaceChildren(...rows.map(rowLine));
        byId(name).closest("details").hidden = !rows.length;
    }
}

function sessionLine(session) {
    const line = piece("session-piece");
    const link = line.querySelector("[data-name]");
    Object.assign(link, { textContent: session.name, href: session.href });
    const when = session.day === today() ? pageText("today") : day(session.day);
    line.querySelector("[data-when]").textContent = [when, session.time, session.cohort].filter(Boolean).join(" · ");
    line.querySelector("[data-venue]").textContent = session.venue;
    line.querySelector("[data-count]").textContent = pageText("people", { n: session.people.length });
    line.querySelector("details").hidden = !session.people.length;
    line.querySelector("[data-people]").replaceChildren(
        ...session.people.map(({ name, detail }) =>
            Object.assign(document.createElement("li"), { textContent: [name, detail].filter(Boolean).join(", ") }),
        ),
    );
    const attendance = line.querySelector("[data-attendance]");
    attendance.href = `#attendance-${session.id}`;
    attendance.hidden = !session.can_record || !session.people.length;
    return line;
}

function rowLine({ name, text, state, href }) {
    const line = piece("row-piece");
    Object.assign(line.querySelector("a"), { textContent: name, href });
    line.querySelector("[data-state]").textContent = state;
    line.querySelector("[data-text]").textContent = text;
    return line;
}
