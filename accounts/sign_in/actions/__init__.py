"""Actions on sign-in links and on where a person is signed in."""
