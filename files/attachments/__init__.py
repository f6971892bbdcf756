"""Pictures and documents of something: attached, described, shown to those who may see them, withdrawn."""
