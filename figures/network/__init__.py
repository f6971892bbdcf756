"""The network: people by circle, and what goes from one authority to another."""
