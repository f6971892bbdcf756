"""What the apps' tables build on: extensions, text search in French and English, and a history that never changes.

Plain columns take part in exclusion constraints by `btree_gist`.

Search takes accents off by a function that an index may use. `unaccent` depends on the dictionaries of the day, so
PostgreSQL takes it for changeable and lets no index use it; ours names the dictionary and its schema. After a change of
these functions the indexes over them have to be rebuilt. English takes French "les" and "le" for one word that means
something: our English configuration leaves out what French leaves out. An excerpt is cut from the text as it was
written, so its configurations take accents off word by word.

pghistory gives a context the id that its process chose, and changes its metadata later. Here the id is computed from the
metadata: the same metadata share a row, other metadata get their own, and no row is ever changed.
"""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations
from pghistory.models import Context

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
KINDS = "asciiword, word, asciihword, hword, hword_asciipart, hword_part"
FRENCH_EXCERPTS = f"""
    CREATE TEXT SEARCH CONFIGURATION public.web_french_shown (COPY = pg_catalog.french);
    ALTER TEXT SEARCH CONFIGURATION public.web_french_shown
        ALTER MAPPING FOR {KINDS} WITH public.unaccent, pg_catalog.french_stem
"""
ENGLISH_EXCERPTS = f"""
    CREATE TEXT SEARCH CONFIGURATION public.web_english_shown (COPY = public.web_english);
    ALTER TEXT SEARCH CONFIGURATION public.web_english_shown
        ALTER MAPPING FOR {KINDS} WITH public.unaccent, public.web_french_stops, pg_catalog.english_stem
"""
KEPT = """
    CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE AS $$
        DECLARE
            chosen TEXT := NULLIF(CURRENT_SETTING('pghistory.context_id', TRUE), '');
            said JSONB := NULLIF(CURRENT_SETTING('pghistory.context_metadata', TRUE), '')::JSONB;
            kept UUID;
        BEGIN
            IF chosen IS NULL OR said IS NULL THEN RETURN NULL; END IF;
            kept := encode(substr(sha256(convert_to(chosen || said::TEXT, 'UTF8')), 1, 16), 'hex')::UUID;
            INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (kept, said, NOW(), NOW())
                ON CONFLICT (id) DO NOTHING;
            RETURN kept;
        END;
    $$ LANGUAGE plpgsql;
    CREATE FUNCTION pghistory_context_append_only() RETURNS TRIGGER AS $$
        BEGIN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'context_append_only',
                MESSAGE = 'context_append_only';
        END;
    $$ LANGUAGE plpgsql;
    CREATE TRIGGER pghistory_context_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON pghistory_context
        FOR EACH STATEMENT EXECUTE FUNCTION pghistory_context_append_only();
"""
NOT_KEPT = """
    DROP TRIGGER pghistory_context_append_only ON pghistory_context;
    DROP FUNCTION pghistory_context_append_only();
"""


def keep(apps: object, schema_editor: object) -> None:
    schema_editor.execute(KEPT, params=None)  # type: ignore[attr-defined]


def keep_no_more(apps: object, schema_editor: object) -> None:
    schema_editor.execute(NOT_KEPT, params=None)  # type: ignore[attr-defined]
    Context.install_pgh_attach_context_func(schema_editor.connection.alias)  # type: ignore[attr-defined]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("pghistory", "0007_auto_20250421_0444")]
    operations = [
        BtreeGistExtension(),
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(PLAIN, "DROP FUNCTION public.web_plain(text)"),
        migrations.RunSQL(FRENCH_STOPS, "DROP TEXT SEARCH DICTIONARY public.web_french_stops"),
        migrations.RunSQL(ENGLISH, "DROP TEXT SEARCH CONFIGURATION public.web_english"),
        migrations.RunSQL(WORDS, "DROP FUNCTION public.web_words(text)"),
        migrations.RunSQL(FRENCH_EXCERPTS, "DROP TEXT SEARCH CONFIGURATION public.web_french_shown"),
        migrations.RunSQL(ENGLISH_EXCERPTS, "DROP TEXT SEARCH CONFIGURATION public.web_english_shown"),
        migrations.RunPython(keep, keep_no_more),
    ]
