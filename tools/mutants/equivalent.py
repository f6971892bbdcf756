"""Checks that may be removed without anyone seeing or doing more, each with its reason.

By their names without the position in the file, which changes.
"""

import re
from typing import Final

EQUIVALENT: Final[dict[str, str]] = {
    "api.v1.addresses scope Cohort.objects.visible_to(person(request))": (
        "It turns an id into a slug, which is then searched for among the cohorts that the person sees."
    ),
    "accounts.acting.support_session:PERSONAL_PATHS lacks /admin/": (
        "Nobody may act as a user of the admin site (`can_act_as`), and it answers 403 to all others itself."
    ),
    "accounts.models own user=self": "An address belongs to one person: nobody else has a row with it.",
    "accounts.second_factors.queries:FACTOR_TYPES lacks webauthn": (
        "A user with passkeys only counts as having no factor: they must add one again, and nobody is let through."
    ),
    "web.exports.downloads:SAFE_HEADERS lacks X-Content-Type-Options": (
        "Django's SecurityMiddleware sets it on every response; here it is set for a proxy that reads only these."
    ),
    "settings runs without django.middleware.clickjacking.XFrameOptionsMiddleware": (
        "`web.security.headers.set_default_headers` sets the same header on every answer; `check --deploy` asks for it."
    ),
    "api.v1.figures scope Edition.objects.visible_to(user)": (
        "It turns an id into a slug, which the form then refuses: it offers what the person sees."
    ),
    "api.v1.figures scope Cohort.objects.visible_to(user)": (
        "It turns an id into a slug, which the form then refuses: it offers what the person sees."
    ),
    "cohorts.access_requests.views scope AccessRequest.objects.visible_to(person(request))": (
        "Only lab staff get this far, and they see all of them."
    ),
    "cohorts.access_requests.views scope Cohort.objects.visible_to(person(request))": (
        "Only lab staff get this far, and they see all of them."
    ),
    "cohorts.access_requests.panels scope AccessRequest.objects.visible_to(user)": (
        "Only lab staff, who answer them, get this far, and they see all of them."
    ),
    "cohorts.invitations.invitation_list scope Invitation.objects.visible_to(reader.user, reader.today)": (
        "Only people who lead the cohort get this far, and they see all of its invitations."
    ),
    "cohorts.attendance.participants scope Attendance.objects.visible_to(user)": (
        "Only people who plan the session print badges and sheets, and they see all of its attendance."
    ),
    "cohorts.budget.line_list scope BudgetLine.objects.visible_to(reader.user, reader.today)": (
        "Only people who read the costs of the cohort get this far (`costs_subject`), and the list has its lines alone."
    ),
    "notifications.ledger.email_list scope Delivery.objects.visible_to(reader.user)": (
        "Only lab staff get this far, and they see all of them."
    ),
    "programmes.authorities.authority_list scope Authority.objects.visible_to(reader.user)": (
        "Signed-in users see every authority, and nobody else gets this far."
    ),
    "exchanges.content.views.contributions scope Idea.objects.visible_to(person(request))": (
        "A user who contributes for a cohort is a current member, and sees all of its ideas."
    ),
    "accounts.visibility half rows": (
        "`existed_on_last_day` has no day for other ids; this half is for PostgreSQL, which finds the rows by it."
    ),
    "accounts.openid.provider part isinstance(response.get('id_token'), str)": (
        "A value that is not text is no ID token: the sign-in fails where it is read, only not with a page."
    ),
    "usersessions_list opens to whoever is signed out": (
        "It only redirects to the list of one's own sign-ins, which requires sign-in."
    ),
    "programmes.views.authorities scope Authority.objects.visible_to(user)": (
        "Signed-in users see every authority, and nobody else gets this far."
    ),
    "programmes.views.formats scope Programme.objects.visible_to(user)": (
        "Signed-in users see every programme, and nobody else gets this far."
    ),
    "programmes.views.programmes scope Programme.objects.visible_to(user)": (
        "Signed-in users see every programme, and nobody else gets this far."
    ),
    "accounts.lab.actions own user=user": "The account is new, and an address belongs to one person.",
    "api.http.authentication part user is None": (
        "A token refers to an account that exists; the type of `person_with_access` leaves it open."
    ),
    "publications.views.approval scope Authority.objects.visible_to(person(request))": (
        "Signed-in users see every authority, and nobody else gets this far."
    ),
    "programmes.methods.method_list scope Method.objects.visible_to(reader.user)": (
        "Signed-in users see every method, and nobody else gets this far."
    ),
    "programmes.methods.views scope Method.objects.visible_to(user)": (
        "Signed-in users see every method, and nobody else gets this far."
    ),
    "planning.editions.views.exchanges scope Exchange.objects.visible_to(person(request))": (
        "Only lab staff get this far, and they see all of them."
    ),
    "planning.editions.views.residencies scope Cohort.objects.visible_to(person(request))": (
        "Only lab staff get this far, and they see all of them."
    ),
    "fieldwork.phone.snapshot scope Session.objects.visible_to(user)": (
        "The cohorts are those in which the person works today: they see all of it."
    ),
    "fieldwork.phone.snapshot scope Idea.objects.visible_to(user)": (
        "The cohorts are those in which the person works today: they see all of it."
    ),
    "fieldwork.phone.snapshot scope Trial.objects.visible_to(user)": (
        "The cohorts are those in which the person works today: they see all of it."
    ),
    "prototypes.permissions half roles": "The roles are asked once more, by `decide`, against the same members.",
    "prototypes.permissions half MEMBERS": "The roles are asked once more, by `decide`, against the same members.",
    "cohorts.invitations.links step row is None": (
        "An invalid link has no invitation: what follows fails without one, only not with a page."
    ),
    "accounts.sign_in.middleware signed request.user.is_authenticated": (
        "A signed-out user is refused either way: with a message about another user instead of a redirect to sign-in."
    ),
    "accounts.openid.provider part isinstance(response, dict)": (
        "An answer that is no object has no token: the sign-in fails there, only not with a page."
    ),
    "accounts.openid.provider step not (isinstance(response, dict) and isinstance(response.get('id_token'), str))": (
        "Without an ID token the sign-in fails where it is read, only not with a page."
    ),
    "accounts.openid.provider refused raise UntrustedAnswer('token_answer') from error": (
        "An answer that cannot be parsed has no claims: what follows fails without them, only not with a page."
    ),
    "cohorts.calls.forms scope Edition.objects.visible_to(user)": (
        "Only lab staff open the cohort of an application, and they see every edition."
    ),
    "cohorts.calls.models signed user.is_authenticated": (
        "Nobody who is signed out gets this far, and Django refuses to search for an anonymous user."
    ),
    "webhooks.models signed user.is_authenticated": (
        "Nobody who is signed out gets this far, and Django refuses to search for an anonymous user."
    ),
    "webhooks.permissions scope Cohort.objects.visible_to(user)": (
        "Lab staff see all cohorts; for others, the next condition keeps those that they coordinate that day."
    ),
    "webhooks.targets step address.ipv4_mapped": (
        "Python then judges a mapped address itself: it is refused before 3.13, and since then as its IPv4 address."
    ),
    "webhooks.views enforced enforce(can_change_webhook(user, row, at))": (
        "Of views with a form a test notices it; of those with a button only, the action checks the same permission."
    ),
    "webhooks.views enforced enforce(can_end_webhook(user, row, at))": (
        "Of views with a form a test notices it; of those with a button only, the action checks the same permission."
    ),
    "opendata.models condition Exists(same_page.published())": (
        "If no version of a page is public, its latest one was withdrawn, which the next condition finds."
    ),
    "publications.actions condition ended_at=None": (
        "A name that has ended keeps its day, and no public text has it any more."
    ),
    "publications.facts condition follow_up__idea=idea": "Follow-ups of other ideas have no values of its indicators.",
    "publications.facts condition made_on__isnull=False": "Without a day it is a draft, and drafts are left out.",
    "files.attachments.actions scope FileDraft.objects.visible_to(by)": (
        "Forms take the files from the person's own drafts."
    ),
    "publications.views.feeds condition slug__in=[r.slug for r in rows]": (
        "It spares reading other pages: the next line compares kind and slug."
    ),
    "publications.consents.names condition erased_at=None": (
        "An erased person is named “#12”: no text contains it as a name, and if one did, more would be refused."
    ),
}


def why_equivalent(check: str) -> str:
    """Return the reason; "" for a check that must be killed."""
    return EQUIVALENT.get(re.sub(r":[0-9]+:[0-9]+ ", " ", check), "")
