"""Models of the app, room by room.

History is kept of reminders, preferences and the switch; of letters and their items, what staff do and what is
deleted. The sender's own lines are not kept: the columns already say what became of a letter, and four more rows a
letter would double what it costs.
"""

from notifications.calendars.models import CalendarFeed
from notifications.emails.models import Delivery, DeliveryItem
from notifications.preferences.models import Preference
from notifications.reminders.models import Reminder
from notifications.sending.models import MailSwitch
from notifications.task_runs.models import Run

__all__ = ["CalendarFeed", "Delivery", "DeliveryItem", "MailSwitch", "Preference", "Reminder", "Run"]
