"""SQL that counts the seats taken at an exchange: people registered and guests, but no walk-ins."""


def seats_taken(exchange: str, *, excluding_registration: str = "0", excluding_guest: str = "0") -> str:
    """Return the plpgsql statement that stores the number of seats taken at an exchange in the variable `taken`.

    People registered and guests have a seat, whether or not they come in the end; walk-ins have none. The arguments are
    SQL expressions of keys: of the exchange, and of one registration and one guest to leave out.
    """
    return f"""
    SELECT (SELECT COUNT(*) FROM exchanges_registration r
            WHERE r.exchange_id = {exchange} AND r.state IN ('registered', 'attended', 'no_show') AND NOT r.walk_in
            AND r.id <> {excluding_registration})
         + (SELECT COUNT(*) FROM exchanges_guest g
            WHERE g.exchange_id = {exchange} AND NOT g.walk_in AND g.id <> {excluding_guest})
    INTO taken;
    """


# Lock the exchange first, so that two people cannot take the last seat at the same time.
LOCK_AND_READ_CAPACITY = """
    SELECT x.capacity INTO seats FROM exchanges_exchange x WHERE x.id = NEW.exchange_id FOR NO KEY UPDATE;
"""

# Whether someone came is recorded once registration has opened. Triggers read no clock: that the first day has come is
# checked by the actions.
REGISTRATION_NEVER_OPENED = """EXISTS (
    SELECT 1 FROM exchanges_exchange x WHERE x.id = NEW.exchange_id AND NOT x.retrospective
    AND x.state NOT IN ('registration_open', 'registration_closed', 'held', 'followed_up'))"""
