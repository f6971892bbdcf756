"""How responses name what they refer to: by the key or slug under which it is found, and the name that people read."""

from typing import Any

from ninja import Schema


class Reference(Schema):
    """Another object by its id, with its name."""

    id: int
    name: str


class SlugReference(Schema):
    """Another object by its id and its slug, with its name."""

    id: int
    slug: str
    name: str


class PersonReference(Schema):
    """A person by their id, with their name."""

    id: int
    name: str

    @staticmethod
    def resolve_name(user: Any) -> str:
        """Return the name that pages show: a neutral word for a person who was erased."""
        return str(user)
