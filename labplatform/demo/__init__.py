"""The demonstration: two invented editions around a given date, created from stories by the platform's own actions."""
