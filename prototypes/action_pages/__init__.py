"""The actions that pages offer on ideas and their work: definitions, permissions, forms, and the page they share."""
