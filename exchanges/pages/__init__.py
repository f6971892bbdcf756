"""The list of exchanges, the page of one, and panels on other pages."""
