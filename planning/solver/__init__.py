"""The solver of plans: values in, plans out. It knows neither Django, nor the database, nor the clock."""
