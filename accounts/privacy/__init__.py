"""What is kept of people, for how long, and how people leave."""
