"""How a choice is drawn: as Django's template would, without it. A filter of a few hundred options took half a page."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

TEMPLATE: Final = "django/forms/widgets/select.html"  # the one that is not used


def drawn(widget: Mapping[str, Any]) -> SafeString:
    """The `<select>` of a widget's context."""
    inside = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    attrs = _attrs(widget["attrs"])
    return mark_safe(f'<select name="{conditional_escape(widget["name"])}"{attrs}>{inside}\n</select>')  # noqa: S308 - escaped


def _group(name: Any, options: Iterable[Mapping[str, Any]]) -> str:
    inside = "".join(map(_option, options))
    return f'\n  <optgroup label="{conditional_escape(name)}">{inside}\n  </optgroup>' if name else inside


def _option(option: Mapping[str, Any]) -> str:
    value, label = conditional_escape(str(option["value"])), conditional_escape(option["label"])
    return f'\n  <option value="{value}"{_attrs(option["attrs"])}>{label}</option>'


def _attrs(attrs: Mapping[str, Any]) -> str:
    """True stands for an attribute alone, False for none."""
    words = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(
        f" {name}" if value is True else f' {name}="{conditional_escape(str(value))}"' for name, value in words
    )
