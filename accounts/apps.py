"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.account.decorators import secure_admin_login  # noqa: PLC0415 - models must be ready
        from django.contrib import admin  # noqa: PLC0415

        import accounts.openid.connections  # noqa: PLC0415, F401 - receivers
        from accounts import refusals  # noqa: PLC0415 - translations must be ready
        from accounts.sign_in import event_log  # noqa: PLC0415 - translations must be ready
        from web.database.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        event_log.connect()
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # one way in for all
        self.keep_histories()
        self.support_people()
        self.respect_privacy()

    def respect_privacy(self) -> None:
        """What is kept of people, for how long, and what ends it."""
        from accounts.privacy import erasure, leaving, personal_data, retention  # noqa: PLC0415 - models must be ready
        from web.pages.home import attention  # noqa: PLC0415

        for part in (personal_data, retention, erasure):
            part.register()
        attention.register("leaving", leaving.people_leaving, order=70)

    def support_people(self) -> None:
        """The lab acting for somebody ends with the session, and stands on the person's account page."""
        from django.contrib.auth.signals import user_logged_in, user_logged_out  # noqa: PLC0415 - models must be ready

        from accounts.acting import panels, support_session  # noqa: PLC0415
        from accounts.registries import account_panels  # noqa: PLC0415
        from accounts.second_factors.panels import RESETS  # noqa: PLC0415

        user_logged_in.disconnect(dispatch_uid="update_last_login")  # Django's own, where it is there already
        user_logged_in.connect(support_session.signed_in, dispatch_uid="update_last_login")
        user_logged_out.connect(support_session.signed_out, dispatch_uid="support_ends")
        account_panels.register("support_visits", panels.VISITS, order=80)
        account_panels.register("factor_resets", RESETS, order=81)

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from accounts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.history_pages import keep  # noqa: PLC0415

        keep(histories.HISTORIES, named=histories.NAMED)
