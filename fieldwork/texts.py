"""The texts that the field page's JavaScript shows, in the active language.

A list is a singular and a plural; placeholders such as `{n}` are filled in on the device.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from prototypes.enums import Comparator

Texts = dict[str, str | list[str]]


def page_texts() -> Texts:
    """Return all texts of the field page in the active language, by the name under which its JavaScript uses them.

    A text is a string, or a list of singular and plural.
    """
    tests = {**_second_notes(), **_answers(), **_pictures(), **_criterion()}
    return {**_network_and_account(), **_drafts(), **_entries(), **tests}


def _singular_and_plural(one: str, other: str) -> list[str]:
    """Return both forms of a text as the list that the field page's JavaScript expects: singular, then plural."""
    return [one, other]


def _network_and_account() -> Texts:
    """Return the field page's texts about the network and the signed-in account, by name."""
    return {
        "offline": _("Offline."),
        "offline_text": _("You can still write: everything is saved on this device."),
        "waiting": _singular_and_plural(
            ngettext(
                "{n} draft is waiting on this device. It will be sent automatically while this page is open.",
                "{n} drafts are waiting on this device. They will be sent automatically while this page is open.",
                1,
            ),
            ngettext(
                "{n} draft is waiting on this device. It will be sent automatically while this page is open.",
                "{n} drafts are waiting on this device. They will be sent automatically while this page is open.",
                2,
            ),
        ),
        "sign_in": _("Sign in again."),
        "sign_in_text": _("Your drafts are saved on this device. They will be sent once you have signed in."),
        "sign_in_action": _("Sign in"),
        "sign_in_first": _("Sign in once with a network connection. After that, this page works offline."),
        "acting": _("You are acting for someone else."),
        "acting_text": _(
            "This page reads and sends nothing while you act for someone else. Stop acting, then open it again."
        ),
        "reading_gone": _(
            "People, sessions, ideas and tests can no longer be read on this device: you were signed out, or had no"
            " network for two days. You can still write."
        ),
        "other_tab": _(
            "An earlier version of this page is open in another tab. Close that tab: until then, this one cannot save"
            " drafts."
        ),
        "others": _singular_and_plural(
            ngettext(
                "{n} draft by someone else is on this device. It stays here until that person signs in on this device.",
                "{n} drafts by someone else are on this device. They stay here until that person signs in"
                " on this device.",
                1,
            ),
            ngettext(
                "{n} draft by someone else is on this device. It stays here until that person signs in on this device.",
                "{n} drafts by someone else are on this device. They stay here until that person signs in"
                " on this device.",
                2,
            ),
        ),
        "closed": _singular_and_plural(
            ngettext(
                "{n} draft is on this device, hidden. Sign in to continue your own draft.",
                "{n} drafts are on this device, hidden. Sign in to continue your own drafts.",
                1,
            ),
            ngettext(
                "{n} draft is on this device, hidden. Sign in to continue your own draft.",
                "{n} drafts are on this device, hidden. Sign in to continue your own drafts.",
                2,
            ),
        ),
        "never_seen": _("Nothing is on this device yet. Open this page once with a network connection."),
        "as_of": _("Last updated: {when}"),
    }


def _drafts() -> Texts:
    """Return the field page's texts about the states of a draft on the device, by name."""
    return {
        "saved_at": _("Saved on this device, {when}"),
        "writing": _("being written"),
        "waits": _("waiting for the network"),
        "waits_behind": _("waiting for your earlier note on this test to be sent"),
        "sending": _("being sent"),
        "sending_picture": _("sending picture {n} of {all}"),
        "refused": _("not recorded: see why"),
        "sent": _("sent"),
        "beside": _("sent, as a second version"),
        "beside_text": _(
            "Someone else had already recorded something different for this test. Both"
            " versions are on its page; nothing is lost."
        ),
        "gone": _("This test can no longer be found. What you wrote stays on this device, so that you can copy it."),
        "broken": _(
            "The platform could not record this note just now. The note is saved on this device and will be sent again."
        ),
        "full": _("This device is full."),
        "full_text": _(
            "What you type is still saved in a small reserved space, but pictures are not. Free some space,"
            " then continue."
        ),
        "full_lost": _(
            "Nothing more can be saved on this device. Do not close this page: copy your text, or free some space."
        ),
        "no_store": _(
            "This browser cannot save drafts, for example in a private window. Send your note before you close"
            " this page."
        ),
        "remove_sure": _("Delete this draft and its pictures from this device?"),
        "copied": _("Copied."),
        "pictures": _singular_and_plural(
            ngettext("{n} picture", "{n} pictures", 1), ngettext("{n} picture", "{n} pictures", 2)
        ),
        "version": _("version {n}"),
    }


def _entries() -> Texts:
    """Return the field page's texts about notes, ideas, attendance, and what can be read offline, by name."""
    return {
        "idea": _("Idea"),
        "attendance": _("Attendance"),
        "no_text": _("no text yet"),
        "no_file": _("Choose the picture, document or recording of this note."),
        "recording_saved": _("The recording is saved on this device."),
        "code": _("Give the person this code, with which they can withdraw the note at {address}: {code}"),
        "code_line": _("Withdrawal code, for {address}: {code}"),
        "second_code": _(
            "Withdrawal code of this note: {code}. The note that had arrived before has the code {earlier}."
        ),
        "undecided": _("needs your decision"),
        "undecided_text": _(
            "This had already arrived before you changed it. Send the changed text as well, or delete it from this"
            " device."
        ),
        "gone_entry": _(
            "The cohort or session can no longer be found. What you wrote stays on this device, so that you can copy"
            " it."
        ),
        "see": _("Open on the platform"),
        "today": pgettext("a day", "today"),
    }


def _second_notes() -> Texts:
    """Return the field page's texts for writing a second note on a test that already has one, by name."""
    return {
        "first": _("This test already has a note: {figures}."),
        "first_waits": _("Your earlier note on this test has not been sent from this device yet: {figures}."),
        "of": _("{some} of {all}"),
        "people": _singular_and_plural(
            ngettext("{n} person", "{n} people", 1), ngettext("{n} person", "{n} people", 2)
        ),
        "only_new_people": _(
            "If you add to the first note, enter only the people who have come since then: the counts are added up."
        ),
        "no_add": _("Only numbers of people can be added up. This note can only replace the first note."),
        "has_result": _("has a result"),
        "choose": _("Choose what should happen to the first note."),
        "give_replace_reason": _("Say why the first note is replaced."),
        "hint_sum": _("With the first note: {some} of {all}, that is {share}; the threshold is {criterion}."),
        "result met": _("Criterion met."),
        "result not_met": _("Criterion not met."),
        "result inconclusive": _("Inconclusive."),
    }


def _answers() -> Texts:
    """Return the field page's error messages and hints for the checks that run on the device, by name."""
    return {
        "needed": _("This field is required."),
        "too_many": _(
            "The number of people who succeeded is higher than the number who took part. Check both numbers."
        ),
        "no_number": _("Enter a number."),
        "give_reason": _("This result contradicts the threshold. Explain why in writing, or choose the other result."),
        "hint": _("{some} of {all} is {share}; the threshold is {criterion}."),
        "threshold": _("Threshold: {criterion}."),
        "locked": _("Locked on {when}."),
        "observed": _("Observed"),
    }


def _pictures() -> Texts:
    """Return the field page's texts about adding pictures to a note, by name."""
    return {
        "shrinking": _("Making the picture smaller…"),
        "no_picture": _("This device cannot read this file as a picture. Choose another file."),
        "picture_not_saved": _(
            "This device is full, so the picture was not saved. Free some space, then take the picture again."
        ),
        "picture_alt": _("Say in a few words what the picture shows."),
        "picture_faces": _("Say whether anyone can be recognised in the picture."),
    }


def _criterion() -> Texts:
    """Return the words for the comparators of a success criterion, such as “at least”, by `comparator` and the stored
    value.
    """
    return {f"comparator {key}": str(label) for key, label in Comparator.choices}
