"""Say why an office document is refused: what it would run or load when someone opens it, and what to do instead."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from files.rejection import Unfit


def is_remote(target: str) -> bool:
    """Return whether a target is on another machine, or anywhere by a full address."""
    try:
        return target.startswith(("\\\\", "//")) or bool(urlsplit(target).scheme)
    except ValueError:
        return True


def macros_refused() -> Unfit:
    return Unfit(_("This document contains macros: save it without them, or as PDF, then try again."))


def remote_content_refused() -> Unfit:
    return Unfit(
        _(
            "This document loads a template, a picture or a linked file from another place when it is"
            " opened: insert it into the document, break the link, or save the document as PDF, then"
            " try again."
        )
    )


def data_link_refused() -> Unfit:
    return Unfit(
        _(
            "This document asks another program for data when it is opened: replace the link with its"
            " result, or save the document as PDF, then try again."
        )
    )


def field_refused() -> Unfit:
    return Unfit(
        _(
            "This document has a field that loads something when it is opened: replace the field with its"
            " result (in Word, select it and press Ctrl+Shift+F9), or save the document as PDF, then try again."
        )
    )


def inserted_file_refused() -> Unfit:
    return Unfit(
        _(
            "This document inserts another file into itself when it is opened: open it, save it again as DOCX"
            " or as PDF, then try again."
        )
    )


def inner_file_refused(reason: str) -> Unfit:
    return Unfit(_("A file inside this document is not accepted. %(reason)s") % {"reason": reason})


def unknown_inner_file() -> Unfit:
    return Unfit(
        _(
            "This document holds another file that cannot be checked: remove that file, or save the document"
            " as PDF, then try again."
        )
    )
