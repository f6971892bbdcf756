"""The sentence on measured effects, for the rates and for an idea's page."""

from django.utils.translation import ngettext

from figures.number_formats import number


def effects_sentence(measured: int, implemented: int) -> str:
    """Return as a sentence for how many implemented ideas an effect was measured, and for how many it was not."""
    rest = implemented - measured
    if rest and implemented > 1:
        words = ngettext(
            "An effect was measured for %(some)s of %(all)s implemented ideas; %(rest)s was not measured.",
            "An effect was measured for %(some)s of %(all)s implemented ideas; %(rest)s were not measured.",
            rest,
        )
    else:
        words = ngettext(
            "An effect was measured for %(some)s of %(all)s implemented idea.",
            "An effect was measured for %(some)s of %(all)s implemented ideas.",
            implemented,
        )
    return words % {"some": number(measured), "all": number(implemented), "rest": number(rest)}
