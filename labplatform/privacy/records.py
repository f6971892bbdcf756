"""The records of processing activities (article 30 of the GDPR), for the lab and the data-protection officer."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.hooks import retentions
from web.exports.tables import Table

WITH_THE_PROGRAMME: Final = gettext_lazy(
    "As long as the programme. The person’s name is deleted when the person is erased."
)
PUBLIC_TASK: Final = gettext_lazy("Task in the public interest (article 6.1 e)")
CONSENT: Final = gettext_lazy("Consent (article 6.1 a), withdrawn at any time")
DUTY: Final = gettext_lazy("Security of the data (article 32) and legitimate interest (article 6.1 f)")
MEASURES: Final = (
    gettext_lazy("People see only what their role in a cohort allows. Everything else is shown as “not found”."),
    gettext_lazy("Passwords are kept as salted hashes; a second factor and passkeys are offered."),
    gettext_lazy("Every change is kept with its author and its reason, without names."),
    gettext_lazy(
        "Files are made harmless, stored where the web server does not serve them, and shown within the consent given."
    ),
    gettext_lazy("Downloaded tables contain no formulas. Access rights are checked again at the time of download."),
    gettext_lazy("Data are deleted every day at the end of their retention period. People are erased on request."),
)


@dataclass(frozen=True, slots=True)
class Activity:
    """One processing activity of the records.

    `retention_slugs` name retention periods of the apps; () means that data is kept as long as the programme.
    """

    purpose: StrOrPromise
    basis: StrOrPromise
    people: StrOrPromise
    facts: StrOrPromise
    recipients: StrOrPromise
    retention_slugs: tuple[str, ...] = ()

    @property
    def how_long(self) -> str:
        """How long the data of the activity is kept, in words; by default as long as the programme."""
        rows = (retentions()[slug] for slug in self.retention_slugs)
        parts = [_("%(what)s: %(how_long)s") % {"what": row.what, "how_long": row.how_long} for row in rows]
        return " · ".join(parts) or str(WITH_THE_PROGRAMME)


ACTIVITIES: Final = (
    Activity(
        gettext_lazy("Accounts: who signs in, and how"),
        PUBLIC_TASK,
        gettext_lazy("Lab staff, civil servants, elected officials, outside professionals"),
        gettext_lazy(
            "Name, e-mail address, language, password’s hash, second factors, sign-ins with their browser"
            " and network address, sign-in links, groups at an identity provider, API tokens with the day of their last"
            " use"
        ),
        gettext_lazy("The lab; for name and address, also the people of the same cohort"),
        (
            "sign_ins",
            "sign_in_links",
            "address_claims",
            "provider_groups",
            "api-tokens",
            "idempotency-keys",
            "closed_accounts",
        ),
    ),
    Activity(
        gettext_lazy("Calls for authorities: applications, reviews and decisions"),
        PUBLIC_TASK,
        gettext_lazy("Officers of authorities without an account, people they name, reviewers"),
        gettext_lazy(
            "Name, function, e-mail address, texts and documents; role of the people named; ratings and decision"
        ),
        gettext_lazy("The lab, and the people it asks to review the call"),
        ("applications",),
    ),
    Activity(
        gettext_lazy("Invitations and access requests"),
        PUBLIC_TASK,
        gettext_lazy("People without an account yet"),
        gettext_lazy(
            "Name, e-mail address, role, department; for a request made with an organisation’s account,"
            " also the account’s identifier and SIRET"
        ),
        gettext_lazy("The person who sent the invitation, the leads of the cohort, the lab"),
        ("invitations", "access_requests"),
    ),
    Activity(
        gettext_lazy("Importing tables that people keep in spreadsheets"),
        PUBLIC_TASK,
        gettext_lazy("People whom an imported table names"),
        gettext_lazy("The rows of the table: names, e-mail addresses, departments and its other columns"),
        gettext_lazy("Only the person who imports the table"),
        ("imports",),
    ),
    Activity(
        gettext_lazy("Helping people: acting for someone who asked for it, removing a lost second factor"),
        DUTY,
        gettext_lazy("Everyone with an account"),
        gettext_lazy("Who helped whom, when and why"),
        gettext_lazy("The person, the lab"),
    ),
    Activity(
        gettext_lazy("Following cohorts: who takes part, when, in which role"),
        PUBLIC_TASK,
        gettext_lazy("Members of cohorts, admins of authorities, stakeholders"),
        gettext_lazy("Role, department, dates, attendance, self-assessment under a pseudonym"),
        gettext_lazy("The cohort, the admins of its authority, the lab"),
    ),
    Activity(
        gettext_lazy("Directory and peer visits: people of different cohorts find and visit one another"),
        CONSENT,
        gettext_lazy("Members of cohorts who put themselves into the directory"),
        gettext_lazy("Skills, offers and requests; visits with their days, messages and report"),
        gettext_lazy("Members of the same edition, for the alumni circle members of all editions; the lab"),
        ("directory", "peer_visits"),
    ),
    Activity(
        gettext_lazy("Inviting stakeholders and citizens without an account to sessions, by e-mail"),
        CONSENT,
        gettext_lazy("Stakeholders who agreed to it"),
        gettext_lazy(
            "Address, what they agreed to, answers, needs (may reveal information about health; given voluntarily)"
        ),
        gettext_lazy("People who plan the cohort’s sessions, the lab"),
        ("guests", "stakeholder_contacts"),
    ),
    Activity(
        gettext_lazy("Following ideas from the problem to what became of them"),
        PUBLIC_TASK,
        gettext_lazy("Members of cohorts; people who take part in tests are counted, never named"),
        gettext_lazy("Authorship of ideas, tests, canvases and comments; how members rated challenges"),
        gettext_lazy("The cohort; for shared work, the edition; for counts, the public"),
    ),
    Activity(
        gettext_lazy("Showing what changed in figures since someone last looked"),
        PUBLIC_TASK,
        gettext_lazy("Everyone who opens the rates"),
        gettext_lazy("Which figures the person looked at last, and when"),
        gettext_lazy("Only that person"),
        ("report-visits",),
    ),
    Activity(
        gettext_lazy("Organising Intertransfos"),
        PUBLIC_TASK,
        gettext_lazy("Members of the edition, guests"),
        gettext_lazy(
            "Registration; needs for travel, diet and access (may reveal information about health; given voluntarily)"
        ),
        gettext_lazy("The host and the lab"),
        ("needs",),
    ),
    Activity(
        gettext_lazy("E-mails: reminders, invitations, and what people write to groups"),
        PUBLIC_TASK,
        gettext_lazy("Everyone who has an account or an invitation"),
        gettext_lazy(
            "Address, language, subject, time of sending, mail server’s answer; texts to groups and their writer"
        ),
        gettext_lazy("The person, the lab, the mail server’s provider"),
        ("emails", "group_emails", "calendars"),
    ),
    Activity(
        gettext_lazy("Webhooks: informing other applications of what happens"),
        PUBLIC_TASK,
        gettext_lazy("Lab staff and coordinators who own a webhook"),
        gettext_lazy(
            "Who owns which webhook; messages hold reference numbers and links to pages, nothing about people"
        ),
        gettext_lazy("The owner, the lab; of messages, the receiver that the owner named"),
        ("webhook-deliveries",),
    ),
    Activity(
        gettext_lazy("Answering reports about accessibility"),
        gettext_lazy("Legal obligation (article 6.1 c)"),
        gettext_lazy("People who report what they cannot use"),
        gettext_lazy(
            "The page, what does not work, the e-mail address if they want an answer (may reveal information about"
            " health; given voluntarily)"
        ),
        gettext_lazy("The lab"),
        ("accessibility_reports",),
    ),
    Activity(
        gettext_lazy("Pictures and documents of the work"),
        CONSENT,
        gettext_lazy("People who can be recognised on them"),
        gettext_lazy("Pictures; extent, duration and form of the consent, without names"),
        gettext_lazy("Within the consent given: the cohort, the edition, everyone signed in"),
    ),
    Activity(
        gettext_lazy("Observing in the field: notes, pictures and recordings"),
        CONSENT,
        gettext_lazy("Users and agents who are met in the field; the people who write notes"),
        gettext_lazy(
            "What was seen and said, pictures, voices; group of people, place and moment; extent and duration of the"
            " consent; no names unless the person asked for it"
        ),
        gettext_lazy("Without consent only the author of the note; with consent the cohort and the lab"),
        ("notes-without-consent", "recordings", "early-withdrawals"),
    ),
    Activity(
        gettext_lazy("Files to download (copies of personal data included) and files of unfinished forms"),
        PUBLIC_TASK,
        gettext_lazy("The person who asked for the file or filled in the form"),
        gettext_lazy("Tables of ideas and figures; dossiers; copies of personal data; files chosen in a form"),
        gettext_lazy("Only that person"),
        ("exports", "file-drafts", "dossiers"),
    ),
    Activity(
        gettext_lazy("Lists: saved views, and actions on several rows at once with their undo"),
        PUBLIC_TASK,
        gettext_lazy("Everyone who saves a view or acts on several rows"),
        gettext_lazy("Name and filters of the view; which action on which rows, and when"),
        gettext_lazy("Only that person; for a shared view, the group it is shared with"),
        ("bulk-actions",),
    ),
    Activity(
        gettext_lazy("Keeping a record of events: history and security log"),
        DUTY,
        gettext_lazy("Everyone with an account"),
        gettext_lazy("Number of the person, what changed, when and why; no names"),
        gettext_lazy("The lab and the operator of the servers"),
    ),
)


def records_table() -> Table:
    """Return the records of processing activities as a table for download, with contact and security measures."""
    header = [_("Purpose"), _("Legal basis"), _("People"), _("Data"), _("Recipients"), _("Kept for")]
    rows = (
        tuple(map(str, (row.purpose, row.basis, row.people, row.facts, row.recipients, row.how_long)))
        for row in ACTIVITIES
    )
    measures = [(_("Security"), str(measure)) for measure in MEASURES]
    about = [(_("Data-protection officer"), settings.DPO_CONTACT or _("not named")), *measures]
    return Table(_("Records"), header, rows, _("Security and contact"), about, widths=[40] * len(header))
