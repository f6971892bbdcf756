"""What the field page says by itself, in the language of the moment: its program has no words of its own.

A pair is a singular and a plural; `{n}` and the like are filled in on the device.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prototypes.enums import Comparator

Texts = dict[str, str | list[str]]


def texts() -> Texts:
    return {**_where(), **_drafts(), **_second_notes(), **_answers(), **_pictures(), **_criterion()}


def _both(one: str, other: str) -> list[str]:
    """Singular and plural, both already chosen."""
    return [one, other]


def _where() -> Texts:
    """Network and account."""
    return {
        "offline": _("Offline."),
        "offline_text": _("You can write all the same: everything is kept on this device."),
        "waiting": _both(
            ngettext(
                "{n} note waits on this device; it leaves by itself while this page is open.",
                "{n} notes wait on this device; they leave by themselves while this page is open.",
                1,
            ),
            ngettext(
                "{n} note waits on this device; it leaves by itself while this page is open.",
                "{n} notes wait on this device; they leave by themselves while this page is open.",
                2,
            ),
        ),
        "sign_in": _("Sign in again."),
        "sign_in_text": _("Your drafts are kept on this device; they leave once you have signed in."),
        "sign_in_action": _("Sign in"),
        "sign_in_first": _("Sign in once, with network: after that this page works without."),
        "others": _both(
            ngettext(
                "{n} draft of somebody else is on this device. It stays until that person signs in here.",
                "{n} drafts of somebody else are on this device. They stay until that person signs in here.",
                1,
            ),
            ngettext(
                "{n} draft of somebody else is on this device. It stays until that person signs in here.",
                "{n} drafts of somebody else are on this device. They stay until that person signs in here.",
                2,
            ),
        ),
        "closed": _both(
            ngettext(
                "{n} draft is on this device, closed: sign in to go on with yours.",
                "{n} drafts are on this device, closed: sign in to go on with yours.",
                1,
            ),
            ngettext(
                "{n} draft is on this device, closed: sign in to go on with yours.",
                "{n} drafts are on this device, closed: sign in to go on with yours.",
                2,
            ),
        ),
        "never_seen": _("The list of tests is not on this device yet: open this page once with network."),
        "as_of": _("Tests as of {when}."),
    }


def _drafts() -> Texts:
    """What a draft is, and what became of it."""
    return {
        "kept": _("Kept on this device, {when}"),
        "writing": _("being written"),
        "waits": _("waits for the network"),
        "waits_behind": _("waits for your earlier note on this test"),
        "sending": _("being sent"),
        "sending_picture": _("sending picture {n} of {all}"),
        "refused": _("not taken: see why"),
        "sent": _("sent"),
        "beside": _("sent, as a second version"),
        "beside_text": _(
            "Someone else had already recorded something different for this test. Both"
            " versions are on its page; nothing is lost."
        ),
        "gone": _("This test cannot be found any more. What you wrote stays on this device: copy it from there."),
        "broken": _("The platform could not take it just now. It is kept here and tried again."),
        "full": _("This device is full."),
        "full_text": _("What you type is safe in a small reserve; pictures are not. Free some space, then go on."),
        "full_lost": _(
            "Nothing more can be kept on this device. Do not close this page: copy your text, or free some space."
        ),
        "no_store": _("This browser keeps nothing, in a private window for one: send before you close this page."),
        "remove_sure": _("Delete this draft and its pictures from this device?"),
        "copied": _("Copied."),
        "pictures": _both(ngettext("{n} picture", "{n} pictures", 1), ngettext("{n} picture", "{n} pictures", 2)),
        "version": _("version {n}"),
    }


def _second_notes() -> Texts:
    """What a test says already, before another note on it is saved."""
    return {
        "first": _("This test already has a note: {figures}."),
        "first_waits": _("Your earlier note on this test has not left this device yet: {figures}."),
        "of": _("{some} of {all}"),
        "people": _both(ngettext("{n} person", "{n} people", 1), ngettext("{n} person", "{n} people", 2)),
        "only_new_people": _(
            "If you add to the first note, enter only the people who have come since then: the counts are added up."
        ),
        "no_add": _("Only counts of people can be added up. This note can only replace the first one."),
        "has_result": _("has a result"),
        "choose": _("Choose what should happen to the first note."),
        "say_why_replaced": _("Say why the first note is replaced."),
        "hint_sum": _("With the first note: {some} of {all}, that is {share}; the threshold is {criterion}."),
        "result met": _("Criterion met."),
        "result not_met": _("Criterion not met."),
        "result inconclusive": _("Inconclusive."),
    }


def _answers() -> Texts:
    """Reasons beside the fields, for what the device can see by itself."""
    return {
        "needed": _("This field is required."),
        "too_many": _("More people succeeded than took part."),
        "no_number": _("Enter a number."),
        "say_why": _("This result contradicts the threshold: say why in writing, or choose the other."),
        "hint": _("{some} of {all} is {share}; the threshold is {criterion}."),
        "threshold": _("Threshold: {criterion}."),
        "locked": _("Locked on {when}."),
        "observed": _("Observed"),
    }


def _pictures() -> Texts:
    return {
        "shrinking": _("Making the picture smaller…"),
        "no_picture": _("This file is no picture that this device can read."),
        "picture_not_kept": _("The picture is not kept: this device is full. Free some space, then take it again."),
        "picture_alt": _("Say in a few words what it shows."),
        "picture_faces": _("Say whether somebody can be recognised."),
    }


def _criterion() -> Texts:
    return {f"comparator {key}": str(label) for key, label in Comparator.choices}
