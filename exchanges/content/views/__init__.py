"""Pages on what an exchange is made of."""
