"""The network: people by circle, and links between authorities."""
