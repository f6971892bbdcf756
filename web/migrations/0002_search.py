"""What full-text search is made of: accents taken off by a function an index may use, words in French and English.

`unaccent` depends on the dictionaries of the day, so PostgreSQL takes it for changeable and lets no index use it; ours
names the dictionary and its schema. Whoever changes these functions has to rebuild the indexes over them.

English takes French “les” and “le” for one word that means something: our English leaves out what French leaves out.
"""

from django.db import migrations

PLAIN = """
    CREATE FUNCTION public.web_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, $1) $$
"""
FRENCH_STOPS = """
    CREATE TEXT SEARCH DICTIONARY public.web_french_stops (
        TEMPLATE = pg_catalog.simple, STOPWORDS = french, ACCEPT = false
    )
"""
ENGLISH = """
    CREATE TEXT SEARCH CONFIGURATION public.web_english (COPY = pg_catalog.english);
    ALTER TEXT SEARCH CONFIGURATION public.web_english
        ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part
        WITH public.web_french_stops, pg_catalog.english_stem
"""
WORDS = """
    CREATE FUNCTION public.web_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
        SELECT to_tsvector('pg_catalog.french'::regconfig, public.web_plain($1))
            || to_tsvector('public.web_english'::regconfig, public.web_plain($1))
    $$
"""


class Migration(migrations.Migration):
    dependencies = [("web", "0001_extensions")]
    operations = [
        migrations.RunSQL(PLAIN, "DROP FUNCTION public.web_plain(text)"),
        migrations.RunSQL(FRENCH_STOPS, "DROP TEXT SEARCH DICTIONARY public.web_french_stops"),
        migrations.RunSQL(ENGLISH, "DROP TEXT SEARCH CONFIGURATION public.web_english"),
        migrations.RunSQL(WORDS, "DROP FUNCTION public.web_words(text)"),
    ]
