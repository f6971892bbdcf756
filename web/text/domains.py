"""The one spelling in which the domain of an e-mail address is stored and compared.

Apart from `web.mailboxes`, which loads forms and models: settings are read without them.
"""

from typing import Final

from django.utils.encoding import punycode

LONGEST_TYPED: Final = 320  # characters that Django's own validator reads


def canonical_domain(domain: str) -> str:
    """Return the domain of an e-mail address in lower-case ASCII, as Django encodes it to send; "" if it cannot be
    encoded.
    """
    try:
        return punycode(domain).lower() if len(domain) <= LONGEST_TYPED else ""
    except UnicodeError:
        return ""
