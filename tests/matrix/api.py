"""Routes of the API: its pages, and the endpoints, which people use by a token with all scopes."""

from datetime import date
from functools import partial
from typing import Any

from tests.factories.api import token_of
from tests.factories.cast import Cast
from tests.factories.contents import MinutesFactory
from tests.factories.invitations import InvitationFactory
from tests.matrix import RouteRow
from tests.matrix.calls import reviewed_call
from tests.matrix.canvases import canvas
from tests.matrix.cohorts import COSTS, LEADS, WITHIN, membership, statement
from tests.matrix.exchanges import MEMBERS, hosted_exchange, one_more, open_commitment
from tests.matrix.fieldwork import PAST_WORKER, note
from tests.matrix.files import of_session
from tests.matrix.files import session as session_with_files
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
    open_round,
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


def comments_on_idea(cast: Cast) -> list[Any]:
    return ["idea", *idea(cast)]


def exchange_with_minutes(cast: Cast) -> list[Any]:
    return [MinutesFactory(exchange=one_more(cast, "held")).exchange_id]


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
    "api_v1:formats": Endpoint(),
    "api_v1:methods": Endpoint(),
    "api_v1:innovation_teams": Endpoint(),
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
    "api_v1:rating_rounds": Endpoint(visible_to=WITHIN, args=cohort),
    "api_v1:rating_round": Endpoint(visible_to=READERS, args=open_round),
    "api_v1:challenges": Endpoint(visible_to=WITHIN, args=cohort),
    "api_v1:sessions": Endpoint(),
    "api_v1:session": Endpoint(visible_to=WITHIN, args=session("scheduled")),
    "api_v1:session_methods": Endpoint(visible_to=WITHIN, args=session("scheduled")),
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
    "api_v1:insights": Endpoint(visible_to=WORKERS, args=cohort, **PAST_WORKER),
    "api_v1:note": Endpoint(visible_to=WORKERS, args=note, **PAST_WORKER),
    "api_v1:exchanges": Endpoint(),
    "api_v1:exchange": Endpoint(visible_to=MEMBERS, args=hosted_exchange("registration_open")),
    "api_v1:contributions": Endpoint(visible_to=MEMBERS, args=hosted_exchange("registration_open")),
    "api_v1:programme": Endpoint(visible_to=MEMBERS, args=hosted_exchange("registration_open")),
    "api_v1:minutes": Endpoint(visible_to=MEMBERS, args=exchange_with_minutes),
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
    "api_v1:work": Endpoint(usable_by="SCDPMRAN"),
    "api_v1:network": Endpoint(usable_by="SCDPMRAN"),
    "api_v1:costs": Endpoint(visible_to=WITHIN, usable_by=COSTS, args=cohort),
    "api_v1:budget_lines": Endpoint(visible_to=WITHIN, usable_by=COSTS, args=cohort),
    "api_v1:agreements": Endpoint(),
    "api_v1:statements": Endpoint(),
    "api_v1:statement": Endpoint(visible_to=COSTS, args=statement),
    "api_v1:calls": Endpoint(usable_by="S"),
    "api_v1:applications": Endpoint(visible_to="SD", args=reviewed_call),
    "api_v1:files": Endpoint(visible_to=WITHIN, args=session_with_files),
    "api_v1:file_content": Endpoint(visible_to=WITHIN, args=of_session(consent="cohort")),
    "api_v1:comments": Endpoint(visible_to=READERS, args=comments_on_idea),
    "api_v1:ideas": Endpoint(changes=("post",), changed_by="SCDPMN"),
    "api_v1:idea": Endpoint(visible_to=READERS, changes=("patch",), changed_by="SCDP", args=idea),
    "api_v1:idea_events": Endpoint(visible_to=READERS, args=idea),
    "api_v1:idea_indicators": Endpoint(visible_to=READERS, args=idea),
    "api_v1:idea_follow_ups": Endpoint(visible_to=READERS, args=idea),
    "api_v1:idea_implementations": Endpoint(visible_to=READERS, args=idea),
    "api_v1:idea_prototypes": Endpoint(visible_to=READERS, changes=("post",), changed_by=WORKERS, args=idea),
    "api_v1:idea_action": Endpoint(visible_to=READERS, usable_by="SCP", get=False, post=True, args=idea_action_args),
    "api_v1:prototype": Endpoint(visible_to=READERS, changes=("patch",), changed_by="SCDP", args=prototype),
    "api_v1:challenge": Endpoint(visible_to=READERS, args=challenge),
    "api_v1:implementation": Endpoint(visible_to=READERS, args=implementation),
    "api_v1:prototype_tests": Change(args=prototype),
    "api_v1:tests": Endpoint(),
    "api_v1:test": Endpoint(visible_to=READERS, changes=("patch",), changed_by="SCDP", args=trial),
    "api_v1:test_action": Change(args=trial_action_args),
    "api_v1:challenge_action": Change(usable_by="SCDP", args=challenge_action_args),
    "api_v1:prototype_action": Change(usable_by="SCDP", args=prototype_action_args, codes={}),
    "api_v1:implementation_action": Change(usable_by="SPA", args=implementation_action_args),
    "api_v1:test_result": Change(args=locked_trial),
    "api_v1:test_second_note": Change(args=locked_trial, codes={"post": 409}),
}
