"""The history of letters and of what sends them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from notifications.models import CalendarFeed, Delivery, DeliveryItem, MailSwitch, Preference, Reminder, Run
from web.histories import Kept, Part

HISTORIES: Final = {
    "letter": Kept(_("letter"), Delivery, pages=("notifications:letter",), parts=(Part(DeliveryItem, "delivery"),)),
    "reminder": Kept(_("reminder"), Reminder, title="letter", pages=("notifications:reminder",)),
    "mail": Kept(_("switch of all letters"), MailSwitch, pages=("notifications:ledger",), argument=""),
}
LEFT_OUT: Final = {
    Preference: "Which letters people take is their own choice, on their own page.",
    CalendarFeed: "An address with a secret in it, of one person, on their own page.",
    Run: "It says when a task last ran; nobody acts.",
}
