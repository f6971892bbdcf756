"""Saved views and bulk actions, for tests."""

import factory

from lists.models import BulkRow, BulkRun, SavedView
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW


class SavedViewFactory(factory.django.DjangoModelFactory):
    """A view of the list of ideas of one's own: the parked ones."""

    class Meta:
        model = SavedView

    person = factory.SubFactory(UserFactory)
    list_slug = "ideas"
    name = "Parked"
    query = "state=parked"


class BulkRunFactory(factory.django.DjangoModelFactory):
    """An action on several ideas: park them."""

    class Meta:
        model = BulkRun

    person = factory.SubFactory(UserFactory)
    list_slug = "ideas"
    action_slug = "park"
    language = "en"
    requested_at = NOW


class BulkRowFactory(factory.django.DjangoModelFactory):
    """One row of an action, which waits for it."""

    class Meta:
        model = BulkRow

    run = factory.SubFactory(BulkRunFactory)
    key = factory.Sequence(lambda number: number + 1)
