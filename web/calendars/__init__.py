"""What calendars show, as values: events and days off, the month on a page, and entries as iCalendar."""
