"""Models of what an exchange is made of."""
