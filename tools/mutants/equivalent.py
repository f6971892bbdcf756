"""Checks that may be taken out without anybody seeing more or doing more, each with its reason.

By their names without the place in the file, which moves.
"""

import re
from typing import Final

EQUIVALENT: Final[dict[str, str]] = {
    "accounts.acting.support_session:THEIR_OWN lacks /admin/": (
        "Nobody acts as somebody who opens the administration (`may_act_as`), and it answers 403 to all others itself."
    ),
    "accounts.second_factors.queries:FACTORS lacks webauthn": (
        "Whoever has passkeys only counts as having none: it is asked for one again, nobody is let through."
    ),
    "web.exports.downloads:HARMLESS lacks X-Content-Type-Options": (
        "Django's SecurityMiddleware says it of every answer; here it is said for a proxy that reads only these."
    ),
    "settings runs without django.middleware.clickjacking.XFrameOptionsMiddleware": (
        "`web.security.headers.told` sets the same header on every answer; `check --deploy` asks for it."
    ),
    "cohorts.access_requests.views scope AccessRequest.objects.visible_to(person(request))": (
        "Only the lab comes as far as this, and sees all of them."
    ),
    "cohorts.access_requests.views scope Cohort.objects.visible_to(person(request))": (
        "Only the lab comes as far as this, and sees all of them."
    ),
    "cohorts.access_requests.panels scope AccessRequest.objects.visible_to(user)": (
        "Only whoever answers them, the lab, comes as far as this, and sees all of them."
    ),
    "exchanges.content.views.contributions scope Idea.objects.visible_to(person(request))": (
        "Whoever speaks for a cohort is of it today, and reads all of its ideas."
    ),
    "prototypes.visibility half Q(**{f'{idea}cohort__in': ours.values('cohort')})": (
        "`was_there` asks for the same cohorts; this one is for PostgreSQL, which finds them first."
    ),
    "prototypes.visibility half Q(**{f'{idea}cohort__in': _of_editions(ours)})": (
        "`was_there` asks for the same cohorts; this one is for PostgreSQL, which finds them first."
    ),
    "accounts.openid.provider part isinstance(told.get('id_token'), str)": (
        "What is no text is no ID token: the sign-in fails where one is read, only not on a page."
    ),
    "usersessions_list opens to whoever is signed out": (
        "It only leads on to the list of one's own sign-ins, which asks to sign in first."
    ),
    "programmes.views.authorities scope Authority.objects.visible_to(user)": (
        "Whoever is signed in sees every authority, and nobody else comes as far as this."
    ),
    "programmes.views.formats scope Programme.objects.visible_to(user)": (
        "Whoever is signed in sees every programme, and nobody else comes as far as this."
    ),
    "programmes.views.programmes scope Programme.objects.visible_to(user)": (
        "Whoever is signed in sees every programme, and nobody else comes as far as this."
    ),
    "prototypes.permissions half letters": "The letters are asked once more, by `decide`, against the same members.",
    "prototypes.permissions half MEMBERS": "The letters are asked once more, by `decide`, against the same members.",
    "cohorts.invitations.links step row is None": (
        "A link that opens nothing has no invitation: what follows fails for want of one, only not on a page."
    ),
    "accounts.sign_in.middleware signed request.user.is_authenticated": (
        "Whoever is signed out is refused either way: told that somebody else signed in instead of led to sign in."
    ),
    "accounts.openid.provider part isinstance(told, dict)": (
        "An answer that is no object has nothing to ask for a token: it fails there, only not on a page."
    ),
    "accounts.openid.provider step not (isinstance(told, dict) and isinstance(told.get('id_token'), str))": (
        "Without an ID token the sign-in fails where one is read, only not on a page."
    ),
    "accounts.openid.provider refused raise Untrusted('token_answer') from error": (
        "An answer that cannot be read has no claims: what follows fails for want of them, only not on a page."
    ),
}


def why_equivalent(check: str) -> str:
    """The reason; "" for a check that must be missed."""
    return EQUIVALENT.get(re.sub(r":[0-9]+:[0-9]+ ", " ", check), "")
