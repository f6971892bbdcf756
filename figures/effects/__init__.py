"""How many implemented ideas have a measured effect, and the values row by row."""
