"""The page of implementation rates, its files, and its headline on other pages."""
