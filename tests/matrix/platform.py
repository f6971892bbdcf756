"""Routes of the composition root and of people's own accounts."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.utils import timezone

from accounts.actions import close_account
from accounts.addresses.actions import claim_address
from accounts.models import AddressClaim
from accounts.sign_in.actions.links import ask_sign_in_link
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.factors import an_app
from tests.matrix import Row


def somebody_leaving(_cast: Cast) -> list[Any]:
    return [close_account(user=UserFactory(), at=NOW, by=None).pk]


def somebody_who_lost_it(cast: Cast) -> list[Any]:
    an_app(cast["P"])
    return [cast["P"].pk]


def link(cast: Cast) -> list[str]:
    return [ask_sign_in_link(user=cast["M"], email=cast["M"].email, at=timezone.now(), by=None)]


def letters_key(cast: Cast) -> list[str]:
    """Of the e-mail that proves the main address of M."""
    EmailAddress.objects.filter(user=cast["M"]).update(verified=False)
    return [EmailConfirmationHMAC(EmailAddress.objects.get(user=cast["M"])).key]


def claim_token(cast: Cast) -> list[str]:
    """Of the e-mail that confirms another address of M."""
    return [claim_address(user=cast["M"], email="another@people.example", at=timezone.now(), by=None)]


def claimed_address(cast: Cast) -> list[Any]:
    claim_token(cast)
    return ["claim", AddressClaim.objects.get(user=cast["M"], email="another@people.example").pk]


def portal(_cast: Cast) -> list[str]:
    return ["portal"]


def no_sign_in(_cast: Cast) -> list[int]:
    return [999999]


ROUTES = {
    "home": Row(),
    "account": Row(post=True),
    "act_as": Row(act="S", post=True, args=lambda cast: [cast["P"].pk]),
    "stop_acting": Row(see="", get=False, post=True),
    "leave": Row(post=True),
    "privacy": Row(public=True),
    "leaving": Row(act="S"),
    "reopen": Row(act="S", post=True, args=somebody_leaving),
    "consents": Row(act="S"),
    "consents_csv": Row(act="S"),
    "consents_xlsx": Row(act="S"),
    "records": Row(act="S"),
    "records_csv": Row(act="S"),
    "records_xlsx": Row(act="S"),
    "second_factor": Row(),
    "second_factors": Row(act="S"),
    "reset_second_factor": Row(act="S", post=True, args=somebody_who_lost_it),
    "addresses": Row(act="S"),
    "release_address": Row(act="S", post=True, args=claimed_address),
    "withdraw_claim": Row(get=False, post=True, args=no_sign_in),
    "confirm_claim": Row(post=True, public=True, args=claim_token),
    "account_email": Row(post=True),
    "own_sign_ins": Row(),
    "end_sign_in": Row(get=False, post=True, args=no_sign_in),
    "end_other_sign_ins": Row(get=False, post=True),
    "ask_sign_in_link": Row(post=True, public=True),
    "sign_in_link_sent": Row(public=True),
    "sign_in_link": Row(post=True, public=True, args=link),
    "account_confirm_email": Row(post=True, public=True, args=letters_key),
    "account_logout": Row(post=True, public=True),
    "usersessions_list": Row(answers={"get": 302}),
    "access_asked": Row(public=True, answers={"get": 302}),  # whoever asked nothing is led to sign in
    "openid_connect_login": Row(post=True, public=True, args=portal, answers={"post": 401}),  # it does not answer
    "openid_connect_callback": Row(public=True, args=portal, answers={"get": 401}),  # nor did anybody go there
    "language": Row(get=False, post=True, public=True),
    "accessibility": Row(public=True),
    "search": Row(),
    "object_history": Row(act="S", args=lambda cast: ["cohort", cast.cohort.slug]),
    "object_history_csv": Row(act="S", args=lambda cast: ["cohort", cast.cohort.slug]),
    "status": Row(act="S"),
    "livez": Row(public=True),
    "metrics": Row(see="", public=True),  # for whoever brings its token
    "readyz": Row(public=True),
}
