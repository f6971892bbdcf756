"""Pages of the programmes app, by what they show."""
