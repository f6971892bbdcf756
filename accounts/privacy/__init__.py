"""Personal data: what is stored, how long, and how people close their account."""
