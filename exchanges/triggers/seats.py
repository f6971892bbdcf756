"""SQL that counts the seats taken at an exchange: people registered and guests expected."""


def seats_taken(exchange: str, *, excluding_registration: str = "0", excluding_guest: str = "0") -> str:
    """Return the plpgsql statement that stores the number of seats taken at an exchange in the variable `taken`.

    People registered and guests expected take a seat. The arguments are SQL expressions of keys: of the exchange, and
    of one registration and one guest to leave out.
    """
    return f"""
    SELECT (SELECT COUNT(*) FROM exchanges_registration r
            WHERE r.exchange_id = {exchange} AND r.state = 'registered' AND r.id <> {excluding_registration})
         + (SELECT COUNT(*) FROM exchanges_guest g
            WHERE g.exchange_id = {exchange} AND g.state = 'expected' AND g.id <> {excluding_guest})
    INTO taken;
    """


# Lock the exchange first, so that two people cannot take the last seat at the same time.
LOCK_AND_READ_CAPACITY = """
    SELECT x.capacity INTO seats FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;
"""
