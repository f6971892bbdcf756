"""How excerpts find the words to mark: as the search does, but in the text with its accents.

The search reads texts from which accents were taken before; an excerpt is cut from the text as it was written, so that its
words lose their accents one by one.
"""

from django.db import migrations

KINDS = "asciiword, word, asciihword, hword, hword_asciipart, hword_part"
FRENCH = f"""
    CREATE TEXT SEARCH CONFIGURATION public.web_french_shown (COPY = pg_catalog.french);
    ALTER TEXT SEARCH CONFIGURATION public.web_french_shown
        ALTER MAPPING FOR {KINDS} WITH public.unaccent, pg_catalog.french_stem
"""
ENGLISH = f"""
    CREATE TEXT SEARCH CONFIGURATION public.web_english_shown (COPY = public.web_english);
    ALTER TEXT SEARCH CONFIGURATION public.web_english_shown
        ALTER MAPPING FOR {KINDS} WITH public.unaccent, public.web_french_stops, pg_catalog.english_stem
"""


class Migration(migrations.Migration):
    dependencies = [("web", "0002_search")]
    operations = [
        migrations.RunSQL(FRENCH, "DROP TEXT SEARCH CONFIGURATION public.web_french_shown"),
        migrations.RunSQL(ENGLISH, "DROP TEXT SEARCH CONFIGURATION public.web_english_shown"),
    ]
