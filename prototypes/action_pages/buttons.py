"""What a page offers to press."""

from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from web.decisions import Decision


@dataclass(frozen=True, slots=True)
class Button:
    """An act offered on a page; refused ones say why."""

    label: StrOrPromise
    href: str
    decision: Decision
    danger: bool = False
