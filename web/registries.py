"""Registries: where a lower app asks for something and higher apps put it, in `AppConfig.ready`."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Items by slug, read in their order (then by slug); a slug is taken once."""

    def __init__(self, name: str) -> None:
        """Create an empty registry, whose items are added with `register`; `name` is for its error messages."""
        self.name = name
        self._items: dict[str, tuple[int, T]] = {}

    def register(self, slug: str, item: T, *, order: int = 100) -> T:
        """Add an item under a slug and return it; raise ValueError when another item has the slug.

        Items are read in the order of the numbers `order`, then of their slugs.
        """
        if slug in self._items and self._items[slug][1] is not item:
            raise ValueError(f"{self.name}: “{slug}” is registered already")
        self._items[slug] = (order, item)
        return item

    def __iter__(self) -> Iterator[T]:
        return (self._items[slug][1] for slug in self.slugs())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, slug: object) -> bool:
        return slug in self._items

    def __getitem__(self, slug: str) -> T:
        return self._items[slug][1]

    def slugs(self) -> list[str]:
        """Return the slugs of all items, in the order of the numbers given when they were registered, then of the
        slugs.
        """
        return sorted(self._items, key=lambda slug: (self._items[slug][0], slug))

    def items(self) -> list[tuple[str, T]]:
        """Return pairs of slug and item, in the order of the numbers given when they were registered, then of the
        slugs.
        """
        return [(slug, self[slug]) for slug in self.slugs()]
