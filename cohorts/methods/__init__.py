"""Methods as sessions use them: the plan of a session is made of steps copied from cards."""
