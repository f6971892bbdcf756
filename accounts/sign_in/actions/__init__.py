"""Actions on sign-in links and on sessions."""
