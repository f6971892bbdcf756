"""Facts about public bodies: their SIREN and SIRET, and the calendar of their territory."""
