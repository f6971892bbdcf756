"""The official list of French authorities as a table to search in, loaded from installed packages and never edited."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.authorities.official_list import plain_words
from programmes.enums import AuthorityKind

MAX_RESULTS: Final = 12


class ListedAuthorityQuerySet(models.QuerySet["ListedAuthority"]):
    def found_by(self, text: str) -> "ListedAuthorityQuerySet":
        """Return at most 12 authorities whose name has words that begin like those typed, or whose SIREN does.

        A name of exactly these words comes first, then the most populous. Nothing is found by an empty text.
        """
        words = plain_words(text)
        if not words:
            return self.none()
        digits = words.replace(" ", "")
        rows = self.all()
        if digits.isdigit():
            rows = rows.filter(models.Q(siren__startswith=digits) | models.Q(insee_code__startswith=digits))
        else:
            for word in words.split():
                rows = rows.filter(words__contains=f" {word}")
        is_exact = models.Case(models.When(words=f" {words}", then=0), default=1)
        return rows.order_by(is_exact, "-population", "name", "key")[:MAX_RESULTS]


class ListedAuthority(models.Model):
    """An authority of the official list. It has no history: a new version of the list replaces all rows."""

    key = models.CharField(_("key"), max_length=40)
    kind = models.CharField(_("kind"), max_length=24, choices=AuthorityKind.choices)
    name = models.CharField(_("name"), max_length=160)
    words = models.CharField(_("words of the name"), max_length=170)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    insee_code = models.CharField(_("INSEE code"), max_length=9, blank=True)
    seat = models.CharField(_("town of the seat"), max_length=80, blank=True)
    department = models.CharField(_("department"), max_length=80, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    is_approximate = models.BooleanField(_("coordinates of the department’s chief town"), default=False)
    school_zone = models.CharField(_("school zone"), max_length=1, blank=True)
    holiday_subdivision = models.CharField(_("holidays of"), max_length=20, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40)
    list_version = models.CharField(_("version of the list"), max_length=20)

    objects: ClassVar[models.Manager["ListedAuthority"]] = ListedAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority of the official list")
        verbose_name_plural = _("authorities of the official list")
        constraints = [models.UniqueConstraint(fields=["key"], name="listed_authority_once")]

    def __str__(self) -> str:
        return self.name
