"""The life of an exchange after its confirmation: announced, open to registration, held, closed or cancelled."""
