"""Routes of the API: its pages, and the endpoints, which people use by a token with all scopes."""

from datetime import date
from functools import partial
from typing import Any

from tests.factories.api import token_of
from tests.factories.cast import Cast
from tests.factories.invitations import InvitationFactory
from tests.matrix import RouteRow
from tests.matrix.canvases import canvas
from tests.matrix.cohorts import LEADS, WITHIN, membership
from tests.matrix.exchanges import MEMBERS, hosted_exchange, open_commitment
from tests.matrix.fieldwork import PAST_WORKER, note
from tests.matrix.programmes import PEOPLE, edition
from tests.matrix.prototypes import (
    READERS,
    WORKERS,
    challenge,
    challenge_action_args,
    cohort,
    idea,
    idea_action_args,
    implementation,
    implementation_action_args,
    locked_trial,
    prototype,
    prototype_action_args,
    trial,
    trial_action_args,
)
from tests.matrix.sessions import PLAN, session, stakeholder

Endpoint = partial(RouteRow, token=True)
# Endpoints that add or change something, sent an empty body: those who may are told what is missing.
Change = partial(Endpoint, visible_to=READERS, get=False, post=True, usable_by=WORKERS, codes={"post": 422})


def invitation(cast: Cast) -> list[Any]:
    return [InvitationFactory(cohort=cast.cohort, role="relay").pk]


def own_member(cast: Cast) -> list[Any]:
    return membership(cast)[1:]


def own_token(cast: Cast) -> list[Any]:
    return [token_of(cast["M"])[0].pk]


ROUTES = {
    "api:tokens": RouteRow(),
    "api:create_token": RouteRow(post=True, codes={"get": 302}),
    "api:revoke_token": RouteRow(visible_to="M", post=True, args=own_token),
    "api:reference": RouteRow(public=True),
    "api:openapi": RouteRow(public=True),
    "api_v1:authorities": Endpoint(),
    "api_v1:editions": Endpoint(),
    "api_v1:methods": Endpoint(),
    "api_v1:cohorts": Endpoint(),
    "api_v1:cohort": Endpoint(visible_to=WITHIN, args=cohort),
    "api_v1:me": Endpoint(),
    "api_v1:members": Endpoint(visible_to=WITHIN, changes=("post",), changed_by=LEADS, args=cohort),
    "api_v1:member": Endpoint(visible_to=WITHIN, args=own_member),
    "api_v1:end_membership": Endpoint(visible_to=WITHIN, get=False, post=True, usable_by=LEADS, args=own_member),
    "api_v1:invitations": Endpoint(visible_to=WITHIN, usable_by=LEADS, args=cohort),
    "api_v1:invitation": Endpoint(visible_to=LEADS, args=invitation),
    "api_v1:stakeholders": Endpoint(visible_to=WITHIN, changes=("post",), changed_by=PLAN, args=cohort),
    "api_v1:stakeholder": Endpoint(visible_to=WITHIN, changes=("patch",), changed_by=PLAN, args=stakeholder),
    "api_v1:lessons": Endpoint(visible_to=PEOPLE, args=edition),
    "api_v1:canvases": Endpoint(visible_to=READERS, args=cohort),
    "api_v1:canvas": Endpoint(visible_to=READERS, args=canvas),
    "api_v1:challenges": Endpoint(visible_to=WITHIN, args=cohort),
    "api_v1:sessions": Endpoint(),
    "api_v1:session": Endpoint(visible_to=WITHIN, args=session("scheduled")),
    "api_v1:move_session": Endpoint(
        visible_to=WITHIN, get=False, post=True, usable_by=PLAN, args=session("scheduled"), codes={"post": 422}
    ),
    "api_v1:session_answer": Endpoint(
        visible_to=WITHIN, changes=("post",), changed_by=WITHIN, args=session("scheduled", date(2026, 12, 1))
    ),
    "api_v1:attendance": Endpoint(
        visible_to=WITHIN, usable_by=PLAN, changes=("post",), changed_by=PLAN, args=session("scheduled")
    ),
    "api_v1:notes": Endpoint(visible_to=WORKERS, changes=("post",), changed_by=WORKERS, args=cohort, **PAST_WORKER),
    "api_v1:note": Endpoint(visible_to=WORKERS, args=note, **PAST_WORKER),
    "api_v1:exchanges": Endpoint(),
    "api_v1:exchange": Endpoint(visible_to=MEMBERS, args=hosted_exchange("registration_open")),
    "api_v1:exchange_answer": Endpoint(
        visible_to=MEMBERS, changes=("post",), changed_by=MEMBERS, args=hosted_exchange("registration_open")
    ),
    "api_v1:commitments": Endpoint(),
    "api_v1:commitment": Endpoint(visible_to=MEMBERS, args=open_commitment),
    "api_v1:close_commitment": Endpoint(
        visible_to=MEMBERS, get=False, post=True, usable_by="SCPM", args=open_commitment
    ),
    "api_v1:exchange_commitments": Endpoint(
        visible_to=MEMBERS,
        get=False,
        post=True,
        args=hosted_exchange("registration_closed"),
        open_to_former=False,
        codes={"post": 422},
    ),
    "api_v1:rates": Endpoint(usable_by="SCDPMRAN"),  # others have no figures of their own: they choose whose
    "api_v1:ideas": Endpoint(changes=("post",), changed_by="SCDPMN"),
    "api_v1:idea": Endpoint(visible_to=READERS, changes=("patch",), changed_by="SCDP", args=idea),
    "api_v1:idea_events": Endpoint(visible_to=READERS, args=idea),
    "api_v1:idea_implementations": Endpoint(visible_to=READERS, args=idea),
    "api_v1:idea_prototypes": Endpoint(visible_to=READERS, changes=("post",), changed_by=WORKERS, args=idea),
    "api_v1:idea_action": Endpoint(visible_to=READERS, usable_by="SCP", get=False, post=True, args=idea_action_args),
    "api_v1:prototype": Endpoint(visible_to=READERS, args=prototype),
    "api_v1:challenge": Endpoint(visible_to=READERS, args=challenge),
    "api_v1:implementation": Endpoint(visible_to=READERS, args=implementation),
    "api_v1:prototype_tests": Change(args=prototype),
    "api_v1:tests": Endpoint(),
    "api_v1:test": Endpoint(visible_to=READERS, args=trial),
    "api_v1:test_action": Change(args=trial_action_args),
    "api_v1:challenge_action": Change(usable_by="SCDP", args=challenge_action_args),
    "api_v1:prototype_action": Change(usable_by="SCDP", args=prototype_action_args, codes={}),
    "api_v1:implementation_action": Change(usable_by="SPA", args=implementation_action_args),
    "api_v1:test_result": Change(args=locked_trial),
    "api_v1:test_second_note": Change(args=locked_trial, codes={"post": 409}),
}
