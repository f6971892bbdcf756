"""Comments on ideas, prototypes and canvases, and the people they mention."""

from datetime import UTC, datetime
from typing import Any

import factory

from comments.models import Comment, Mention
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CREATED_ON
from tests.factories.prototypes import IdeaFactory

WRITTEN = datetime(2026, 11, 23, 9, tzinfo=UTC)


class CommentFactory(factory.django.DjangoModelFactory):
    """A comment on an idea; `on=` another object; `names=` people it mentions, who may read it."""

    class Meta:
        model = Comment

    created_on = CREATED_ON
    written_by = factory.SubFactory(UserFactory)
    written_at = WRITTEN
    text = factory.Sequence(lambda n: f"À essayer au guichet {n}")

    @classmethod
    def _create(cls, model_class: type[Comment], *args: Any, **kwargs: Any) -> Comment:
        names, thread = kwargs.pop("names", ()), kwargs.get("thread")
        on = kwargs.pop("on", None) or (thread and thread.subject)
        if not on and not {"idea", "prototype", "canvas"} & set(kwargs):
            on = IdeaFactory()
        about = {on._meta.model_name: on} if on else {}
        row = super()._create(model_class, *args, **about | kwargs)
        for person in names:
            Mention.objects.create(comment=row, person=person)
        return row
