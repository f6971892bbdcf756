"""Pictures and documents: received, checked, and shown only to people who may see them."""
