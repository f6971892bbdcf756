"""The page of the calendar, and the feeds that calendar programs read."""
