"""How the database counts the places of an exchange: one for each person registered, one for each guest expected."""


def places_taken(exchange: str, *, but_registration: str = "0", but_guest: str = "0") -> str:
    """The plpgsql statement that puts the number in `taken`; the arguments are SQL expressions of ids."""
    return f"""
    SELECT (SELECT COUNT(*) FROM exchanges_registration r
            WHERE r.exchange_id = {exchange} AND r.state = 'registered' AND r.id <> {but_registration})
         + (SELECT COUNT(*) FROM exchanges_guest g
            WHERE g.exchange_id = {exchange} AND g.state = 'expected' AND g.id <> {but_guest})
    INTO taken;
    """


# Lock the exchange first: two people cannot take its last place at once.
PLACES_OF_THE_EXCHANGE = """
    SELECT x.capacity INTO places FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;
"""
