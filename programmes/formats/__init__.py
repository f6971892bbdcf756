"""Format versions: their outline, their reminder schedules, and the differences between two of them."""
