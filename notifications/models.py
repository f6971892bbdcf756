"""The models of the app, collected from its packages.

The history records all changes of reminders, preferences and the switch; of e-mails and their items only what staff do
and what is deleted. The sender's own changes are not recorded: the columns already say what happened to an e-mail, and
four more rows for each e-mail would double the cost.
"""

from notifications.calendars.models import CalendarFeed
from notifications.emails.models import Delivery, DeliveryItem
from notifications.group_emails.models import GroupEmail
from notifications.preferences.models import EmailFrequency, Preference, StoppedAddress
from notifications.reminders.models import Reminder
from notifications.sending.models import MailSwitch
from notifications.task_runs.models import TaskRun
