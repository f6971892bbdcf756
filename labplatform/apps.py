"""Django configuration of the project package."""

import django_stubs_ext
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Allows forms.ModelForm[User] at run time, in all that is loaded after this, the first of the apps. It loads models,
# forms and admin: too much for the settings, which beat reads.
django_stubs_ext.monkeypatch()


class LabplatformConfig(AppConfig):
    name = "labplatform"

    def ready(self) -> None:
        """Add “Home” and, for lab staff only, “Status” to the menu, register refusals, histories,
        personal data and e-mails, and run tasks in the lab's time zone.
        """
        from celery.signals import task_postrun, task_prerun  # noqa: PLC0415

        from accounts.hooks import privacy_hooks  # noqa: PLC0415 - models are loaded first
        from accounts.lab.time_zone import activate_lab_time_zone, deactivate_time_zone  # noqa: PLC0415
        from labplatform import histories, personal_data, refusals  # noqa: PLC0415
        from labplatform.accessibility.models import AccessibilityStatement  # noqa: PLC0415
        from labplatform.accessibility.reports.actions import KIND  # noqa: PLC0415
        from labplatform.accessibility.reports.emails import ACCESSIBILITY_REPORT  # noqa: PLC0415
        from labplatform.accessibility.reports.notices import REPORTS_WAITING  # noqa: PLC0415
        from notifications.registries import event_kinds  # noqa: PLC0415
        from web.database.refusals import register  # noqa: PLC0415
        from web.history_pages import register_histories  # noqa: PLC0415
        from web.pages.hooks import PageHooks, page_hooks  # noqa: PLC0415
        from web.pages.navigation import NavItem  # noqa: PLC0415

        register(refusals.SENTENCES)
        register_histories({}, models_without_page=histories.MODELS_WITHOUT_PAGE)
        privacy_hooks.register("labplatform", personal_data.PRIVACY)
        event_kinds.register(KIND, ACCESSIBILITY_REPORT)
        home = NavItem(_("Home"), "home", "house", phone_label=_("Home"))
        status = NavItem(_("Status"), "status", "circle-check", visible_to=lambda user: user.is_lab_staff)
        page_hooks.register(
            "labplatform",
            PageHooks(
                menu={0: home, 85: status},
                notices={78: REPORTS_WAITING},
                accessibility_status=AccessibilityStatement.objects.saved_status,
            ),
        )
        task_prerun.connect(activate_lab_time_zone)
        task_postrun.connect(deactivate_time_zone)
