"""Django configuration of the API: tokens, and the endpoints for programs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        """Register what this app brings to the apps below. Django calls it once."""
        # Imported here: models and translations must be ready.
        from accounts.hooks import AccountHooks, account_hooks, privacy_hooks  # noqa: PLC0415
        from api import actions, histories, personal_data, refusals  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415

        register(refusals.SENTENCES)
        hooks = AccountHooks(
            account_closed=actions.revoke_tokens_of, password_changed=actions.revoke_after_new_password
        )
        account_hooks.register("api", hooks)
        privacy_hooks.register("api", personal_data.PRIVACY)
        register_histories(
            {},
            added_parts=histories.ADDED_PARTS,
            name_paths=histories.NAME_PATHS,
            value_texts=histories.VALUE_TEXTS,
        )
