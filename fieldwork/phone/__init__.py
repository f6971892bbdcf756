"""What a phone stores and sends when it has no network: field notes, ideas, attendance, and what it shows."""
