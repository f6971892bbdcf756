"""Questions about comments: whose they are to read, in which order, and who can be named in one."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Coalesce

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.visibility import active_on
from programmes.models import AuthorityAdmin
from prototypes.queries import readable
from web.clock import today_everywhere
from web.names import by_name

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from prototypes.models.comments import Comment

# The way from a comment to what says who may read it, by the column of what it is about.
WAYS = {"idea": "idea__", "prototype": "prototype__idea__", "canvas": "canvas__"}
# The days since which it, and what lies between, are there.
SINCE = {"prototype": ("prototype__born_on",)}
# What is read along to know whose a comment is.
WITH_COHORT = tuple(f"{way}cohort__authority" for way in WAYS.values())


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> CommentQuerySet:
        """On what the person may read."""
        return self.filter(
            reduce(or_, [readable(user, way, *SINCE.get(what, ()), "born_on") for what, way in WAYS.items()])
        )

    def about(self, subject: models.Model) -> CommentQuerySet:
        return self.filter(**{subject._meta.model_name or "": subject})

    def as_talk(self) -> CommentQuerySet:
        """Each comment followed by its answers; whatever was written last, with what it answers, is at the end."""
        opener = Coalesce("thread", "pk")
        latest = Window(Max("pk"), partition_by=[opener])
        return self.annotate(opener=opener, latest=latest).order_by("latest", "opener", "pk")

    def with_names(self) -> CommentQuerySet:
        """With its writer, and `names`: those of the people it mentions."""
        mentions = self.model._meta.get_field("mentions").related_model._default_manager
        named = mentions.filter(comment=OuterRef("pk")).order_by("pk").values("person__full_name")
        return self.select_related("written_by").annotate(names=ArraySubquery(named))


def readers(cohort: Cohort, *, shared: bool, since: date | None) -> Q:
    """People who may read what belongs to a cohort `since` a day, and is `shared` with its edition or not: `readable`
    the other way round."""
    there = (Q(ends_on=None) | Q(ends_on__gte=since)) if since else Q()
    members = Membership.objects.filter(there, cohort=cohort.pk)
    admins = AuthorityAdmin.objects.active(today_everywhere()).filter(authority=cohort.authority_id)
    found = Q(is_lab_staff=True) | Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    if shared:
        found |= Q(pk__in=Membership.objects.filter(there, cohort__edition=cohort.edition_id).values("user"))
    return found


def in_touch(cohort: Cohort, today: date, besides: Collection[int] = ()) -> Q:
    """Of its readers those a list offers: the cohort's people of the day, its authority's admins, and the lab."""
    members = Membership.objects.filter(active_on(today), cohort=cohort.pk)
    admins = AuthorityAdmin.objects.active(today).filter(authority=cohort.authority_id)
    found = Q(is_lab_staff=True) | Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    return found | Q(pk__in=besides)


def people(found: Q) -> QuerySet[User, Any]:
    """With an open account, by name."""
    return User.objects.filter(found, is_active=True).order_by(*by_name("full_name"))
