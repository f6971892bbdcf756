"""Django configuration of the accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import refusals  # noqa: PLC0415 - translations must be ready
        from web.refusals import register  # noqa: PLC0415

        register(refusals.SENTENCES)
        self.keep_histories()
        self.support_people()

    def support_people(self) -> None:
        """The lab acting for somebody ends with the session, and stands on the person's account page."""
        from django.contrib.auth.signals import user_logged_out  # noqa: PLC0415 - models must be ready

        from accounts import acting, visits  # noqa: PLC0415
        from accounts.registries import account_panels  # noqa: PLC0415

        user_logged_out.connect(acting.signed_out, dispatch_uid="support_ends")
        account_panels.register("support_visits", visits.VISITS, order=80)

    def keep_histories(self) -> None:
        """What has a history page of its own."""
        from accounts import histories  # noqa: PLC0415 - models and translations must be ready
        from web.histories import keep  # noqa: PLC0415

        keep(histories.HISTORIES)
