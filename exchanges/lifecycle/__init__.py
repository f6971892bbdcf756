"""An exchange from its announcement to its end: announced, open to registration, held, closed, or cancelled."""
