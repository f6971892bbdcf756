"""Kinds and states of what the lab offers, each with its allowed transitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuthorityKind(models.TextChoices):
    REGION = "region", _("region")
    DEPARTMENT = "department", _("county")
    MUNICIPALITY = "municipality", _("municipality")
    INTERMUNICIPAL = "intermunicipal", _("intermunicipal body")
    STATE = "state", _("State")
    PUBLIC_ESTABLISHMENT = "public_establishment", _("public establishment")
    OTHER = "other", _("other")


class SchoolZone(models.TextChoices):
    A = "A", _("zone A")
    B = "B", _("zone B")
    C = "C", _("zone C")


class Family(models.TextChoices):
    RESIDENCY = "residency", _("Residency")
    TRANSFO = "transfo", _("Transfo")
    OTHER = "other", _("other programme")

    @property
    def tone(self) -> str:
        """The colour a programme carries on every page."""
        return "neutral" if self == Family.OTHER else self.value


class PhaseKind(models.TextChoices):
    PREPARATION = "preparation", _("preparation")
    IMMERSION = "immersion", _("immersion")
    TEST_CASE = "test_case", _("test case")
    PRIORITY_CHALLENGES = "priority_challenges", _("priority challenges")
    HANDOVER = "handover", _("handover")


class LadderKind(models.TextChoices):
    EXCHANGE = "exchange", _("Intertransfo")
    STAKEHOLDER_SESSION = "stakeholder_session", _("stakeholder meeting")
    GROUP_SESSION = "group_session", _("group session")
    IDEA = "idea", _("idea")


class EditionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")

    @property
    def tone(self) -> str:
        return {"draft": "waiting", "open": "open", "running": "open", "closed": "done"}.get(self.value, "neutral")


EDITION_TRANSITIONS = {
    EditionState.DRAFT: [EditionState.OPEN],
    EditionState.OPEN: [EditionState.RUNNING],
    EditionState.RUNNING: [EditionState.CLOSED],
    EditionState.CLOSED: [EditionState.ARCHIVED],
}


class PeriodKind(models.TextChoices):
    """What `programmes.workdays` makes of a period of the editable table."""

    SCHOOL_HOLIDAY = "school_holiday", _("school holiday")
    NOT_SCHOOL_HOLIDAY = "not_school_holiday", _("school open")
    ELECTORAL = "electoral", _("electoral period")
    CLOSED = "closed", _("closed")
