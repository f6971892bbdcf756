"""Pictures and documents: taken in, made harmless, shown only to those who may see them."""
