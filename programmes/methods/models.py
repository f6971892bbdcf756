"""Methods: cards with need, phase, time, material and steps, in the lab’s own words."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.enums import PhaseKind
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.text_search import joined_text, words_index
from web.database.tracking import tracked
from web.site_addresses import cached_reverse
from web.text.formats import duration

METHOD_TEXT = joined_text("name", "need", "material", "steps")
MAX_MINUTES = 2_400  # a week of eight hours a day
LICENCE = "CC BY 4.0"  # proposed for new cards


class MethodQuerySet(models.QuerySet["Method"]):
    def visible_to(self, user: User) -> "MethodQuerySet":
        """Return all methods for anyone signed in, none for people who are not."""
        return self.all() if user.is_authenticated else self.none()


@tracked()
class Method(models.Model):
    """A way to work that sessions and tests can use. An empty `phase` means any phase.

    `minutes` is the time it takes a group, without preparation; None if that varies. Texts are Markdown.
    """

    name = models.CharField(_("name"), max_length=120)
    need = models.TextField(_("when to use it"))
    phase = models.CharField(_("phase"), max_length=20, choices=PhaseKind.choices, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("time in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    material = models.TextField(_("material"), blank=True)
    steps = models.TextField(_("steps"))
    licence = models.CharField(_("licence"), max_length=120, blank=True, default=LICENCE)
    author = models.CharField(_("author"), max_length=120, blank=True)

    objects = MethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("method")
        verbose_name_plural = _("methods")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="method_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S", need__regex=r"\S"), name="method_named"),
            models.CheckConstraint(condition=Q(steps__regex=r"\S"), name="method_steps_required"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MAX_MINUTES)), name="method_minutes"),
            max_length_constraint(MAX_CHARACTERS, "need", name="method_need_length"),
            max_length_constraint(MAX_CHARACTERS, "material", name="method_material_length"),
            max_length_constraint(MAX_CHARACTERS, "steps", name="method_steps_length"),
        ]
        indexes = [words_index(METHOD_TEXT, name="method_words")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return cached_reverse("programmes:method", self.pk)

    @property
    def time(self) -> str:
        """The time the method takes, such as “1 h 30”; "" if that varies."""
        return duration(self.minutes) if self.minutes else ""
