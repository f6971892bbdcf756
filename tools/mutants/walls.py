"""What guards besides `visible_to`, `enforce` and `deny`: functions, keywords, constants, registries, middlewares."""

from typing import Final

Q: Final = "__import__('django.db.models', fromlist=['Q']).Q()"
TRUE: Final = "__import__('django.db.models', fromlist=['Value']).Value(value=True)"

# What a function answers when the whole of it is taken out: whoever calls it is then let through.
GUARDS: Final[dict[str, str]] = {
    "accounts.acting.support_session.ActingAs.process_view": "None",
    "accounts.acting.support_session.refused": "False",
    "accounts.sign_in.middleware.SignInFirst.process_view": "None",
    "accounts.sign_in.middleware.made_for_another": "False",
    "accounts.openid.adapter.ProviderAccountAdapter.pre_social_login": "None",
    "accounts.openid.claims._vouched": "bool(email)",
    "accounts.openid.discovery._leads": "True",
    "accounts.openid.tokens.check_sign_in": "None",
    "accounts.sign_in.models.SignInLinkQuerySet.unended": "self",
    "accounts.second_factors.requirement.SecondFactorFirst.process_view": "None",
    "accounts.second_factors.requirement.needs_second_factor": "False",
    "accounts.second_factors.requirement.taken_away": "None",
    "accounts.second_factors.requirement.used_second_factor": "True",
    "accounts.sign_in.session_limits.over": "''",
    "accounts.sign_in.views.here": "path",
    "accounts.sign_in.views.too_often": "None",
    "cohorts.cohort.models.CohortQuerySet.led_by": "self",
    "cohorts.sessions.models.SessionQuerySet.led_by": "self",
    "cohorts.visibility.within_reach": Q,
    "exchanges.calendar_feed._concerns": Q,
    "files.permissions._decide": "ALLOW",
    "files.attachments.models._shown": Q,
    "files.exports.views.downloads._still_theirs": "ALLOW",
    "notifications.emails.links.read_stop": "Stop(int(token.partition(':')[0]), tuple(token.split(':')[1].split(',')))",
    "notifications.calendars.models.CalendarFeedQuerySet.open": "self",
    "notifications.registries.EventKind.reaches": "True",
    "programmes.visibility.lived_by": Q,
    "programmes.models.lessons.noted_near": TRUE,
    "prototypes.visibility.confirms": Q,
    "prototypes.visibility.readable": Q,
    "figures.scope.visibility.Reach.owns": "True",
    "figures.scope.visibility.Reach.shares": "True",
    "figures.scope.visibility._covers": "True",
    "figures.scope.visibility.reach_of": "WholeReach()",
    "web.security.rate_limits.tried_too_often": "False",
    "web.security.refusal_log.noted": "get_response",
}
# Functions of which each step that stops somebody is taken out by itself, and each part of the conditions they answer
# with: "stops" where what they answer stops somebody, "lets" where it lets them in.
STEPS: Final[dict[str, str]] = {
    "accounts.acting.support_session._staff": "lets",
    "accounts.acting.support_session.over": "stops",
    "accounts.acting.support_session.refused": "stops",
    "accounts.acting.support_session.stop": "stops",
    "accounts.actions.account_with": "stops",
    "accounts.sign_in.actions.links.use_sign_in_link": "stops",
    "accounts.sign_in.actions.links.why_not": "stops",
    "accounts.openid.adapter.ProviderAccountAdapter.authenticate_by_email": "stops",
    "accounts.openid.adapter.ProviderAccountAdapter.list_apps": "stops",
    "accounts.openid.adapter.ProviderAccountAdapter.pre_social_login": "stops",
    "accounts.openid.claims._vouched": "lets",
    "accounts.openid.discovery._leads": "lets",
    "accounts.openid.discovery.discovered": "stops",
    "accounts.openid.provider.Conversation._userinfo": "stops",
    "accounts.openid.provider.Conversation.complete_login": "stops",
    "accounts.openid.provider.Conversation.get_access_token_data": "stops",
    "accounts.openid.provider.Provider.get_redirect_from_request_kwargs": "lets",
    "accounts.openid.tokens._key": "stops",
    "accounts.openid.tokens.check_sign_in": "stops",
    "accounts.openid.tokens.read": "stops",
    "accounts.second_factors.requirement.SecondFactorFirst.stops": "stops",
    "accounts.second_factors.requirement.missing": "stops",
    "accounts.second_factors.requirement.needs_second_factor": "stops",
    "accounts.sign_in.session_limits.over": "stops",
    "accounts.sign_in.views.here": "lets",
    "accounts.sign_in.views.sign_in_link": "stops",
    "cohorts.invitations.actions.revocation.revoke_invitation": "stops",
    "cohorts.invitations.actions.invitations.accept_invitation": "stops",
    "cohorts.invitations.actions.invitations.invite_member": "stops",
    "cohorts.invitations.actions.invitations.join_and_accept": "stops",
    "cohorts.invitations.actions.invitations.resend_invitation": "stops",
    "cohorts.invitations.provider_sign_in.arrive": "stops",
    "cohorts.invitations.links.opened": "stops",
    "cohorts.invitations.links.why_not": "stops",
    "cohorts.invitations.views.acceptance.join": "stops",
    "notifications.registries.EventKind.reaches": "lets",
    "notifications.sending._checked": "stops",
    "notifications.sending._checked_message": "stops",
    "figures.scope.visibility._covers": "lets",
}
# Errors that stop somebody, wherever they are raised; in the functions above every error does.
STOPPING: Final = frozenset({"Http404", "PermissionDenied", "Refused", "Untrusted"})
# Keywords that narrow a search to one person's, to an open account, or to what one secret opens.
NARROWING: Final = frozenset(
    {
        *("user", "user_id", "person", "user__is_active", "is_active", "is_lab_staff", "memberships__user"),
        *("member__user", "registration__user", "author", "uploaded_by", "token_hash", "lease_token"),
    }
)
SEARCHES: Final = frozenset({"filter", "get", "get_object_or_404"})
# Where `a & b` and `.active(day)` say who may see something.
DECIDING: Final = (
    *("audiences", "recipients", "people", "permissions", "queries", "visibility", "reach", "personal"),
    *("feeds", "calendar_feed"),
)
# Parts of a constant that are taken out one by one: whatever the part named stood for is not asked any more.
PARTS: Final = (
    ("accounts.acting.support_session", "THEIR_OWN", "tests/accounts/acting/test_support_session.py"),
    ("accounts.second_factors.queries", "FACTORS", "tests/accounts/second_factors/test_requirement.py"),
    ("cohorts.invitations.links", "WHY_NOT", "tests/cohorts/invitations/test_links.py"),
    ("web.exports.downloads", "HARMLESS", "tests/web/exports/test_downloads.py"),
)
# Middlewares of the settings that are taken out one by one, and the files whose tests are asked.
MIDDLEWARES: Final = {
    "django.middleware.security.SecurityMiddleware": "tests/web/",
    "csp.middleware.CSPMiddleware": "tests/web/",
    "django.middleware.csrf.CsrfViewMiddleware": "tests/web/,tests/accounts/",
    "web.security.refusal_log.noted": "tests/web/",
    "accounts.sign_in.session_limits.session_limits": "tests/accounts/sign_in/test_session_limits.py",
    "accounts.acting.support_session.ActingAs": "tests/accounts/acting/test_support_session.py",
    "accounts.sign_in.middleware.SignInFirst": ("tests/accounts/sign_in/test_middleware.py,tests/test_role_matrix.py"),
    "accounts.second_factors.requirement.SecondFactorFirst": "tests/accounts/second_factors/test_requirement.py",
    "django.middleware.clickjacking.XFrameOptionsMiddleware": "tests/web/",
    "accounts.acting.support_session.History": "tests/accounts/acting/test_support_session.py",
}
# Registries whose items guard something, or are read as the person: each item is taken out of its own.
COPY: Final = "tests/labplatform/test_own_copy.py"
GONE: Final = (
    "tests/labplatform/test_erasure.py,tests/accounts/privacy/test_retention.py,"
    "tests/accounts/openid/test_connections.py"
)
REGISTRIES: Final = (
    ("accounts.registries", "closures", "tests/exchanges/registration/test_departures.py"),
    ("accounts.registries", "erasers", GONE),
    ("accounts.registries", "personal_data", COPY),
    ("accounts.registries", "retentions", "tests/labplatform/privacy/test_pages.py"),
    ("accounts.registries", "second_factor_roles", "tests/accounts/second_factors/test_requirement.py"),
    ("cohorts.registries", "departures", "tests/exchanges/registration/test_departures.py"),
    ("cohorts.registries", "drop_outs", "tests/exchanges/registration/test_departures.py"),
    ("programmes.registries", "ended_mandates", "tests/exchanges/registration/test_departures.py"),
    ("programmes.registries", "new_mandates", "tests/cohorts/invitations/test_actions_revocation.py"),
)
