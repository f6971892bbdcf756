"""The exchange itself: days, states, host, and what the other packages of the app share."""
