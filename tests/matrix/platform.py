"""Routes of the composition root and of users' own accounts."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.utils import timezone

from accounts.actions import close_account
from accounts.addresses.actions import claim_address
from accounts.models import AddressClaim
from accounts.sign_in.actions.links import request_sign_in_link
from labplatform.models import AccessibilityReport
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.group_roles import GroupRuleFactory
from tests.factories.second_factors import an_app
from tests.matrix import RouteRow


def closing_account(_cast: Cast) -> list[Any]:
    return [close_account(user=UserFactory(), at=NOW, by=None).pk]


def user_with_second_factor(cast: Cast) -> list[Any]:
    an_app(cast["P"])
    return [cast["P"].pk]


def link(cast: Cast) -> list[str]:
    return [request_sign_in_link(user=cast["M"], email=cast["M"].email, at=timezone.now(), by=None)]


def email_confirmation_key(cast: Cast) -> list[str]:
    """Return the key that confirms the main address of M."""
    EmailAddress.objects.filter(user=cast["M"]).update(verified=False)
    return [EmailConfirmationHMAC(EmailAddress.objects.get(user=cast["M"])).key]


def claim_token(cast: Cast) -> list[str]:
    """Return the token that confirms another address of M."""
    return [claim_address(user=cast["M"], email="another@people.example", at=timezone.now(), by=None)]


def claimed_address(cast: Cast) -> list[Any]:
    claim_token(cast)
    return ["claim", AddressClaim.objects.get(user=cast["M"], email="another@people.example").pk]


def report(_cast: Cast) -> list[int]:
    fields = {"page": "/rates/", "description": "La courbe", "reply_to": "quelquun@people.example"}
    return [AccessibilityReport.objects.create(reported_at=NOW, **fields).pk]


def portal(_cast: Cast) -> list[str]:
    return ["portal"]


def no_sign_in(_cast: Cast) -> list[int]:
    return [999999]


ROUTES = {
    "home": RouteRow(),
    "snooze_notice": RouteRow(post=True),
    "account": RouteRow(post=True),
    "act_as": RouteRow(usable_by="S", post=True, args=lambda cast: [cast["P"].pk]),
    "stop_acting": RouteRow(visible_to="", get=False, post=True),
    "leave": RouteRow(post=True),
    "privacy": RouteRow(public=True),
    "leaving": RouteRow(usable_by="S"),
    "reopen": RouteRow(usable_by="S", post=True, args=closing_account),
    "consents": RouteRow(usable_by="S"),
    "consents_csv": RouteRow(usable_by="S"),
    "consents_xlsx": RouteRow(usable_by="S"),
    "records": RouteRow(usable_by="S"),
    "records_csv": RouteRow(usable_by="S"),
    "records_xlsx": RouteRow(usable_by="S"),
    "second_factor": RouteRow(),
    "second_factors": RouteRow(usable_by="S"),
    "reset_second_factor": RouteRow(usable_by="S", post=True, args=user_with_second_factor),
    "addresses": RouteRow(usable_by="S"),
    "release_address": RouteRow(usable_by="S", post=True, args=claimed_address),
    "withdraw_claim": RouteRow(get=False, post=True, args=no_sign_in),
    "confirm_claim": RouteRow(post=True, public=True, args=claim_token),
    "account_email": RouteRow(post=True),
    "own_sign_ins": RouteRow(),
    "end_sign_in": RouteRow(get=False, post=True, args=no_sign_in),
    "end_other_sign_ins": RouteRow(get=False, post=True),
    "request_sign_in_link": RouteRow(post=True, public=True),
    "sign_in_link_sent": RouteRow(public=True),
    "sign_in_link": RouteRow(post=True, public=True, args=link),
    "account_confirm_email": RouteRow(post=True, public=True, args=email_confirmation_key),
    "account_logout": RouteRow(post=True, public=True),
    "usersessions_list": RouteRow(codes={"get": 302}),
    "access_requested": RouteRow(public=True, codes={"get": 302}),  # without a request, redirected to sign-in
    "openid_connect_login": RouteRow(post=True, public=True, args=portal, codes={"post": 401}),  # it does not answer
    "openid_connect_callback": RouteRow(
        public=True, args=portal, codes={"get": 401}
    ),  # and nobody was redirected there
    "cohorts:lab": RouteRow(usable_by="S"),
    "lab_settings": RouteRow(usable_by="S", post=True),
    "set_up": RouteRow(visible_to="", post=True, public=True, args=lambda _cast: ["not-a-token"]),
    "cohorts:invite_colleague": RouteRow(usable_by="S", post=True),
    "cohorts:group_rules": RouteRow(usable_by="S"),
    "cohorts:add_group_rule": RouteRow(usable_by="S", post=True),
    "cohorts:remove_group_rule": RouteRow(usable_by="S", post=True, args=lambda _cast: [GroupRuleFactory().pk]),
    "cohorts:change_lab_role": RouteRow(usable_by="S", post=True, args=lambda cast: [cast["S"].pk]),
    "cohorts:hand_over_coordination": RouteRow(usable_by="S", post=True, args=lambda cast: [cast["S"].pk]),
    "cohorts:end_lab_role": RouteRow(usable_by="S", post=True, args=lambda cast: [cast["S"].pk]),
    "language": RouteRow(get=False, post=True, public=True),
    "accessibility": RouteRow(public=True),
    "change_accessibility": RouteRow(usable_by="S", post=True),
    "report_accessibility_problem": RouteRow(post=True, public=True),
    "accessibility_reports": RouteRow(usable_by="S"),
    "accessibility_report": RouteRow(visible_to="S", args=report),
    "answer_accessibility_report": RouteRow(visible_to="S", post=True, args=report),
    "search": RouteRow(),
    "object_history": RouteRow(usable_by="S", args=lambda cast: ["cohort", cast.cohort.slug]),
    "object_history_csv": RouteRow(usable_by="S", args=lambda cast: ["cohort", cast.cohort.slug]),
    "status": RouteRow(usable_by="S"),
    "livez": RouteRow(public=True),
    "metrics": RouteRow(visible_to="", public=True),  # requires its token
    "readyz": RouteRow(public=True),
}
