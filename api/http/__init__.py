"""What all endpoints share: authentication, errors, lists, forms, versions."""
