"""The button of an action on a page."""

from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from web.decisions import Decision


@dataclass(frozen=True, slots=True)
class Button:
    """An action offered on a page. When `decision` refuses it, the page shows the reason instead."""

    label: StrOrPromise
    href: str
    decision: Decision
    danger: bool = False
