"""Facts about public bodies: SIREN and SIRET numbers, and the calendar of their territory."""
