"""The methods that a session uses, each with its own copy of the steps."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.sessions.models import Session
from cohorts.visibility import visible_rows
from programmes.methods.models import MAX_MINUTES
from programmes.models import Method
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule
from web.text.formats import duration


class SessionMethodQuerySet(models.QuerySet["SessionMethod"]):
    def visible_to(self, user: User) -> "SessionMethodQuerySet":
        """Return the methods of sessions in cohorts that the user may see; all for lab staff.

        Past members see none of those added after their last day.
        """
        return self.filter(visible_rows(user, "session__cohort__", "session__created_on", "created_on"))


@tracked()
class SessionMethod(models.Model):
    """A part of the plan of a session: a method with its time and steps, which the session can change for itself.

    What the lab changes on the card later does not change them.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="methods", verbose_name=_("session"))
    method = models.ForeignKey(Method, models.PROTECT, related_name="sessions", verbose_name=_("method"))
    title = models.CharField(_("title"), max_length=120)
    minutes = models.PositiveSmallIntegerField(_("time in minutes"), null=True, blank=True)
    steps = models.TextField(_("steps"))
    created_on = created_on_field()

    objects = SessionMethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("method of a session")
        verbose_name_plural = _("methods of a session")
        constraints = [
            models.UniqueConstraint(fields=["session", "method"], name="session_method_once"),
            models.CheckConstraint(condition=Q(title__regex=r"\S", steps__regex=r"\S"), name="session_method_texts"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MAX_MINUTES)), name="session_method_minutes"),
            max_length_constraint(MAX_CHARACTERS, "steps", name="session_method_length"),
        ]
        triggers = [
            Rule(
                name="session_method_open",
                operation=pgtrigger.Insert,
                broken="EXISTS (SELECT 1 FROM cohorts_session s WHERE s.id = NEW.session_id"
                " AND (s.retrospective OR s.state = 'cancelled'))",
            ),
            FixedColumns("session_id", "method_id", name="session_method_fixed"),
            created_on_is_fixed("session_method_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def time(self) -> str:
        """The time planned for it, such as “1 h 30”; "" if none is planned."""
        return duration(self.minutes) if self.minutes else ""
