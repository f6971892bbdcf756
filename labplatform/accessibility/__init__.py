"""The accessibility statement that French law asks for, and the status in the footer of every page."""
