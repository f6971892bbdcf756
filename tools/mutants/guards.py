"""Guards other than `visible_to`, `enforce` and `deny`: functions, keywords, constants, hooks, middlewares."""

from typing import Final

Q: Final = "__import__('django.db.models', fromlist=['Q']).Q()"
TRUE: Final = "__import__('django.db.models', fromlist=['Value']).Value(value=True)"

# What a function returns when all of it is removed: the caller is then let through.
GUARDS: Final[dict[str, str]] = {
    "accounts.acting.support_session.SupportSessionMiddleware.process_view": "None",
    "accounts.acting.support_session.is_forbidden": "False",
    "accounts.sign_in.middleware.SignInMiddleware.process_view": "None",
    "accounts.sign_in.middleware.is_made_for_another_user": "False",
    "accounts.openid.adapter.ProviderAccountAdapter.pre_social_login": "None",
    "accounts.openid.claims._is_email_verified": "bool(email)",
    "accounts.openid.discovery._is_address": "True",
    "accounts.openid.tokens.check_sign_in": "None",
    "accounts.sign_in.models.SignInLinkQuerySet.not_ended": "self",
    "accounts.second_factors.requirement.SecondFactorMiddleware.process_view": "None",
    "accounts.second_factors.requirement.needs_second_factor": "False",
    "accounts.second_factors.requirement.forget_factor_use": "None",
    "accounts.second_factors.requirement.used_second_factor": "True",
    "accounts.sign_in.session_limits.end_reason": "''",
    "web.security.own_paths.own_path": "text",
    "accounts.sign_in.views.rate_limit_response": "None",
    "accounts.visibility._is_current": "True",
    "api.http.authentication._check_permission": "None",
    "api.http.authentication._person_of": "person_with_access(token.user_id)",
    "api.http.authentication.lacks_second_factor": "False",
    "api.http.lists._check_values": "None",
    "api.http.lists.check_names": "None",
    "api.http.rate_limits.RateLimit.is_exceeded": "False",
    "api.http.versions._is_current": "True",
    "api.models.ApiToken.allows": "True",
    "api.v1.figures._without_weak_shares": "as_json(figures)",
    "cohorts.cohort.list_subject.leads_cohort": "True",
    "cohorts.cohort.list_subject.plans_sessions": "True",
    "cohorts.cohort.list_subject.sees_contacts": "True",
    "cohorts.cohort.models.CohortQuerySet.led_by": "self",
    "cohorts.permissions.cohorts_to_plan": "Cohort.objects.visible_to(user).current()",
    "cohorts.sessions.models.SessionQuerySet.in_cohorts_led_by": "self",
    "cohorts.view_groups._cohorts": "Cohort.objects.all()",
    "cohorts.visibility.visible_rows": Q,
    "exchanges.calendar_feed._concerning": Q,
    "files.permissions._decide": "ALLOW",
    "files.attachments.models._is_viewable": Q,
    "files.exports.views.downloads._can_still_read": "ALLOW",
    "imports.actions.check_permission": "None",
    "notifications.emails.links.read_unsubscribe_token": (
        "UnsubscribeRequest(int(token.partition(':')[0]), tuple(token.split(':')[1].split(',')))"
    ),
    "notifications.calendars.models.CalendarFeedQuerySet.open": "self",
    "notifications.registries.EventKind.sends_to": "True",
    "cohorts.calls.models.Call.is_open": "True",
    "programmes.visibility.in_own_editions": Q,
    "programmes.models.lessons.from_own_people": TRUE,
    "publications.actions._no_longer_public": "row",
    "publications.actions._refuse_names_without_consent": "None",
    "publications.actions._withdraw_if_named": "False",
    "publications.actions.required_approval": "Approval.ANYONE",
    "publications.consents.names.has_name": "False",
    "publications.consents.names.without_name": "text",
    "publications.middleware._is_cacheable": "True",
    "prototypes.visibility.confirmable_ideas": Q,
    "prototypes.visibility.readable_by": Q,
    "figures.scope.visibility.VisibleCohorts.owns": "True",
    "figures.scope.visibility._covers": "True",
    "figures.scope.visibility.visible_cohorts": "StaffVisibleCohorts()",
    "web.lists.bound.BoundList.offered_columns": "dict(self.declaration.columns)",
    "web.lists.bulk_actions.BulkAction.decide": "self.state_decision(row)",
    "web.security.rate_limits.tried_too_often": "False",
    "web.security.refusal_log.log_refusals": "get_response",
    "web.pages.hot_pages.drop_all": "None",
    "webhooks.actions._refuse_disabled": "None",
    "webhooks.events._occurrence_of_cancellation": "_single_occurrence(row)",
    "webhooks.events._occurrence_of_move": "_occurrence_of_version(row)",
    "webhooks.events._occurrence_of_use": "EventOccurrence(row.idea, row.pk)",
    "webhooks.events._occurrence_of_withdrawal": "_single_occurrence(row)",
    "webhooks.events._of_cohort": Q,
    "webhooks.events.EventType.is_visible": "True",
    "webhooks.models.Webhook.has_previous_secret": "bool(self.previous_secret)",
    "webhooks.targets.is_public": "True",
}
# Functions of which each refusing step is removed by itself, and each part of the conditions that they return:
# "stops" where a true result stops someone, "lets" where it lets them in.
STEPS: Final[dict[str, str]] = {
    "accounts.acting.support_session._staff_member": "lets",
    "accounts.acting.support_session.end_reason": "stops",
    "accounts.acting.support_session.is_forbidden": "stops",
    "accounts.acting.support_session.stop": "stops",
    "accounts.actions.account_with_address": "stops",
    "accounts.sign_in.actions.links.use_sign_in_link": "stops",
    "accounts.sign_in.actions.links.refusal_of_link": "stops",
    "accounts.openid.adapter.ProviderAccountAdapter.authenticate_by_email": "stops",
    "accounts.openid.adapter.ProviderAccountAdapter.list_apps": "stops",
    "accounts.openid.adapter.ProviderAccountAdapter.pre_social_login": "stops",
    "accounts.openid.claims._is_email_verified": "lets",
    "accounts.openid.discovery._is_address": "lets",
    "accounts.openid.discovery.provider_configuration": "stops",
    "accounts.openid.provider.VerifiedOpenIDAdapter._userinfo": "stops",
    "accounts.openid.provider.VerifiedOpenIDAdapter.complete_login": "stops",
    "accounts.openid.provider.VerifiedOpenIDAdapter.get_access_token_data": "stops",
    "accounts.openid.provider.Provider.get_redirect_from_request_kwargs": "lets",
    "accounts.openid.tokens._key": "stops",
    "accounts.openid.tokens.check_sign_in": "stops",
    "accounts.openid.tokens.verify": "stops",
    "accounts.second_factors.requirement.SecondFactorMiddleware.blocks": "stops",
    "accounts.second_factors.requirement.lacks_second_factor": "stops",
    "accounts.second_factors.requirement.needs_second_factor": "stops",
    "accounts.sign_in.session_limits.end_reason": "stops",
    "web.security.own_paths.own_path": "stops",
    "accounts.sign_in.views.sign_in_link": "stops",
    "api.http.authentication._check_permission": "stops",
    "api.http.authentication._person_of": "stops",
    "api.http.authentication.lacks_second_factor": "stops",
    "cohorts.invitations.actions.revocation.revoke_invitation": "stops",
    "cohorts.invitations.actions.invitations.accept_invitation": "stops",
    "cohorts.invitations.actions.invitations.invite_member": "stops",
    "cohorts.invitations.actions.invitations.join_and_accept": "stops",
    "cohorts.invitations.actions.invitations.resend_invitation": "stops",
    "cohorts.invitations.provider_sign_in.join_by_provider": "stops",
    "cohorts.invitations.links.invitation_for_link": "stops",
    "cohorts.invitations.links.link_refusal": "stops",
    "cohorts.invitations.views.acceptance.join": "stops",
    "notifications.registries.EventKind.sends_to": "lets",
    "notifications.sending.delivery._check_item": "stops",
    "notifications.sending.delivery._message_to_send": "stops",
    "figures.scope.visibility._covers": "lets",
    "opendata.views.pages._released_file": "lets",
    "publications.actions.choose_pictures": "stops",
    "publications.actions.discard_draft_publication": "stops",
    "publications.actions.publish": "stops",
    "publications.actions.return_publication": "stops",
    "publications.actions.submit_publication": "stops",
    "publications.actions.withdraw_publication": "stops",
    "publications.middleware._is_cacheable": "lets",
    "webhooks.sending._reason_not_to_send": "stops",
    "webhooks.targets._may_connect": "lets",
    "webhooks.targets.checked_address": "stops",
    "webhooks.targets.is_public": "lets",
    "webhooks.targets.parse_target": "stops",
}
# Functions that choose what the public or the receiver of a webhook reads: each condition of their searches (`filter`,
# `get`, `exclude`) is removed by itself.
FILTERING: Final = frozenset(
    {
        "cohorts.calls.models.ApplicationQuerySet.visible_to",
        "cohorts.calls.models.ApplicationQuerySet.with_link",
        "cohorts.calls.models.CallQuerySet.open",
        "cohorts.calls.models.CallQuerySet.public",
        "cohorts.calls.models.CallQuerySet.visible_to",
        "cohorts.calls.models.CallQuerySet.with_applicants",
        "cohorts.calls.models.CallQuerySet.withdrawn",
        "cohorts.calls.models.CallReviewerQuerySet.current",
        "figures.sharing.models.FiguresConsentQuerySet.open",
        "files.attachments.models.AttachmentQuerySet.with_consent",
        "opendata.content.content_of",
        "opendata.content.public_datasets",
        "opendata.content.read_content",
        "opendata.models.ReleasePartQuerySet.withdrawn",
        "opendata.models.ReleaseQuerySet.of",
        "opendata.models.releasable",
        "publications.actions.publish",
        "publications.actions.withdraw_name",
        "publications.actions.withdraw_where_consent_ended",
        "publications.approval_rules.ApprovalRuleQuerySet.counting_for",
        "publications.approval_rules.ApprovalRuleQuerySet.current",
        "publications.consents.names.people_named_without_consent",
        "publications.consents.pictures.offered_pictures",
        "publications.facts._facts_of_idea",
        "publications.facts._prototypes",
        "publications.facts._tests",
        "publications.facts.measured_effects",
        "publications.figure_cards.CardSubject.consents",
        "publications.figure_cards.published_subjects",
        "publications.models.PublicNameQuerySet.with_consent",
        "publications.models.PublicationPictureQuerySet.with_consent",
        "publications.models.PublicationQuerySet.ever_published",
        "publications.models.PublicationQuerySet.published",
        "publications.panels._to_approve_query",
        "publications.rendering.related_pages",
        "publications.views.feeds._withdrawn",
        "publications.views.pages.page",
        "publications.views.pages.picture",
        "webhooks.events._occurrence_of_withdrawal",
        "webhooks.models.WebhookQuerySet.enabled",
        "webhooks.models.WebhookQuerySet.subscribed_to",
        "webhooks.models.WebhookQuerySet.visible_to",
        "webhooks.permissions.coordinated_cohorts",
    }
)
# Errors that stop someone, wherever they are raised; in the functions above every error does.
STOPPING: Final = frozenset({"Http404", "PermissionDenied", "Refused", "UntrustedAnswer"})
# Keywords that narrow a search to one person's, to an open account, or to what one secret opens.
NARROWING: Final = frozenset(
    {
        *("user", "user_id", "person", "user__is_active", "is_active", "is_lab_staff", "memberships__user"),
        *("member__user", "registration__user", "author", "uploaded_by", "token_hash", "lease_token"),
    }
)
SEARCHES: Final = frozenset({"filter", "get", "get_object_or_404"})
# Modules in which `a & b` and `.active(day)` decide who may see something.
DECIDING: Final = (
    *("audiences", "recipients", "people", "permissions", "queries", "visibility", "personal_data"),
    *("feeds", "calendar_feed"),
)
# Parts of a constant that are taken out one by one: whatever the part named stood for is not asked any more.
PARTS: Final = (
    ("accounts.acting.support_session", "PERSONAL_PATHS", "tests/accounts/acting/test_support_session.py"),
    ("accounts.second_factors.queries", "FACTOR_TYPES", "tests/accounts/second_factors/test_requirement.py"),
    ("cohorts.invitations.links", "REFUSAL_BY_STATE", "tests/cohorts/invitations/test_links.py"),
    ("web.exports.downloads", "SAFE_HEADERS", "tests/web/exports/test_downloads.py"),
)
# Middlewares of the settings that are taken out one by one, and the files whose tests are asked.
MIDDLEWARES: Final = {
    "django.middleware.security.SecurityMiddleware": "tests/web/",
    "csp.middleware.CSPMiddleware": "tests/web/",
    "django.middleware.csrf.CsrfViewMiddleware": "tests/web/,tests/accounts/",
    "web.security.refusal_log.log_refusals": "tests/web/",
    "api.middleware.serve_programs": "tests/api/",
    "accounts.sign_in.session_limits.session_limits": "tests/accounts/sign_in/test_session_limits.py",
    "accounts.acting.support_session.SupportSessionMiddleware": "tests/accounts/acting/test_support_session.py",
    "accounts.sign_in.middleware.SignInMiddleware": (
        "tests/accounts/sign_in/test_middleware.py,tests/test_role_matrix.py"
    ),
    "accounts.second_factors.requirement.SecondFactorMiddleware": "tests/accounts/second_factors/test_requirement.py",
    "django.middleware.clickjacking.XFrameOptionsMiddleware": "tests/web/",
    "accounts.acting.support_session.SupportHistoryMiddleware": "tests/accounts/acting/test_support_session.py",
}
# Answers of the apps that guard something, or are read as the person: each is taken out on its own.
COPY: Final = "tests/labplatform/test_own_copy.py"
GONE: Final = (
    "tests/labplatform/test_erasure.py,tests/accounts/privacy/test_retention.py,"
    "tests/accounts/openid/test_connections.py"
)
CLOSED: Final = "tests/exchanges/registration/test_seat_release.py,tests/api/test_models.py"
HOOKS: Final = (
    ("accounts.hooks", "account_hooks", "account_closed", CLOSED),
    ("accounts.hooks", "account_hooks", "needs_second_factor", "tests/accounts/second_factors/test_requirement.py"),
    ("accounts.hooks", "privacy_hooks", "erase", GONE),
    ("accounts.hooks", "privacy_hooks", "personal_data", COPY),
    ("accounts.hooks", "privacy_hooks", "retentions", "tests/labplatform/privacy/test_pages.py"),
    ("cohorts.hooks", "cohort_hooks", "people_left", "tests/exchanges/registration/test_seat_release.py"),
    ("cohorts.hooks", "cohort_hooks", "cohort_dropped_out", "tests/exchanges/registration/test_seat_release.py"),
    ("programmes.hooks", "programme_hooks", "after_mandate", "tests/exchanges/registration/test_seat_release.py"),
    ("programmes.hooks", "programme_hooks", "before_mandate", "tests/cohorts/invitations/test_actions_revocation.py"),
)
