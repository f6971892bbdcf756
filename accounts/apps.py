"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Connect signal receivers; register what this app adds to refusals, histories, account pages and privacy."""
        from allauth.account.decorators import secure_admin_login  # noqa: PLC0415 - models must be ready
        from django.contrib import admin  # noqa: PLC0415

        import accounts.openid.connections  # noqa: PLC0415, F401 - receivers
        from accounts import refusals  # noqa: PLC0415 - translations must be ready
        from accounts.sign_in import event_log  # noqa: PLC0415 - translations must be ready
        from web.database.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        event_log.connect()
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # one way in for all
        self.add_histories()
        self.register_support_signals()
        self.register_privacy_hooks()

    def register_privacy_hooks(self) -> None:
        """Register the personal data of accounts, how long it is kept and how it is erased; and the home page's note to
        lab staff on closed accounts.
        """
        from accounts.hooks import PrivacyHooks, privacy_hooks  # noqa: PLC0415 - models must be ready
        from accounts.privacy import actions, erasure, personal_data, retention, unassigned_work  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415

        privacy = PrivacyHooks(
            personal_data.PARTS,
            retention.RETENTIONS,
            erase=erasure.erase_sign_in_data,
            journal=(actions.ERASED_PEOPLE,),
        )
        privacy_hooks.register("accounts", privacy)
        page_hooks.register("accounts", PageHooks(notices={70: unassigned_work.people_leaving}))

    def register_support_signals(self) -> None:
        """Connect the receivers of sign-in and sign-out that support visits need.

        Register the panels of the account page.
        """
        from django.contrib.auth.signals import user_logged_in, user_logged_out  # noqa: PLC0415 - models must be ready

        from accounts.acting import panels, support_session  # noqa: PLC0415
        from accounts.hooks import AccountHooks, account_hooks  # noqa: PLC0415
        from accounts.second_factors.panels import FACTOR_RESETS_PANEL  # noqa: PLC0415

        user_logged_in.disconnect(dispatch_uid="update_last_login")  # Django's own, where it is there already
        user_logged_in.connect(support_session.record_last_login, dispatch_uid="update_last_login")
        user_logged_out.connect(support_session.end_support_on_sign_out, dispatch_uid="support_ends")
        account_hooks.register(
            "accounts", AccountHooks(panels={80: panels.SUPPORT_VISITS_PANEL, 81: FACTOR_RESETS_PANEL})
        )

    def add_histories(self) -> None:
        """Register the history page of a person, which also shows support visits, removed second factors and released
        addresses.
        """
        from accounts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import register_histories  # noqa: PLC0415

        register_histories(
            histories.HISTORIES,
            models_without_page=histories.MODELS_WITHOUT_PAGE,
            name_paths=histories.NAME_PATHS,
        )
