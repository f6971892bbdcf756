"""The exchange itself: its days, states and host, and what every room needs of it."""
