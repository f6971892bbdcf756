"""Reports about accessibility: anyone says what they cannot use, and the lab answers."""
