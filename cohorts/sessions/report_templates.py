"""What a report asks for, by kind of session: headings in Markdown, below which people write. Pure."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.sessions.enums import SessionKind

DECIDED: Final = _("What was decided, by whom")
NEXT_STEPS: Final = _("Next steps: who, what, until when")

HEADINGS: Final[Mapping[str, tuple[StrOrPromise, ...]]] = {
    SessionKind.KICK_OFF: (
        _("Why the authority takes part, in its own words"),
        _("What the test case is, and what we do not know about it"),
        _("How we work together: roles, days, rules"),
        _("Worries and questions that stay open"),
        NEXT_STEPS,
    ),
    SessionKind.GROUP: (
        _("What we did, with which methods"),
        _("What we learned"),
        _("Ideas, prototypes and tests that went on"),
        DECIDED,
        NEXT_STEPS,
    ),
    SessionKind.STAKEHOLDER_MEETING: (
        _("Which organisations were there"),
        _("What we showed, and what they said"),
        _("What they offer, and what they expect of us"),
        _("What we answer them, and when"),
        NEXT_STEPS,
    ),
    SessionKind.IMMERSION: (
        _("Where we were, and when"),
        _("What we saw and heard"),
        _("Words that stay, without names"),
        _("What surprised us"),
        _("Insights and challenges that follow"),
        _("What we tried on the spot, and what happened"),
        NEXT_STEPS,
    ),
    SessionKind.DEBRIEF: (
        _("What went well"),
        _("What was difficult"),
        _("What we change from now on"),
        NEXT_STEPS,
    ),
    SessionKind.STEERING: (
        _("Where the work stands"),
        _("Questions that were put to the committee"),
        DECIDED,
        _("Risks, and who deals with them"),
        NEXT_STEPS,
    ),
    SessionKind.OTHER: (_("What we did"), _("What we learned"), DECIDED, NEXT_STEPS),
}


def report_template(kind: str) -> str:
    """Return the headings of the report of a session of this kind, in bold, in the active language."""
    return "\n".join(f"**{heading}**\n\n" for heading in HEADINGS[kind])


def without_empty_headings(report: str, kind: str) -> str:
    """Return the report without the headings of its template below which nothing is written; "" where nothing is.

    An empty line is put before and after each heading, so that it is a paragraph of its own.
    """
    headings = {f"**{heading}**" for heading in HEADINGS[kind]}
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in report.splitlines():
        if line.strip() in headings:
            sections.append((line.strip(), []))
        else:
            sections[-1][1].append(line)
    texts = [(heading, "\n".join(lines).strip()) for heading, lines in sections]
    return "\n\n".join("\n\n".join(filter(None, (heading, text))) for heading, text in texts if text)
