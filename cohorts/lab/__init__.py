"""The page of the lab's own people: invite colleagues, change their role, hand over what they coordinate."""
