"""People."""

import factory
from allauth.account.models import EmailAddress

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    full_name = factory.Sequence(lambda n: f"Camille Essai{n}")
    email = factory.Sequence(lambda n: f"person{n}@people.example")
    password = factory.django.Password("a long demonstration word")

    @factory.post_generation
    def verified(self, create: bool, extracted: object, **_: object) -> None:
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)
