"""Commands about authorities."""
