"""Dates: today in a time zone, plausible dates, how precisely a date is known, months between two dates."""
