"""Who and why, once written, stays as it was written.

pghistory gives a context the id its process chose and changes what it says later; here the id follows from what is said, so
that the same words share a row, and other words get one of their own. Nothing is ever changed.
"""

from django.db import migrations
from pghistory.models import Context

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
    dependencies = [("web", "0003_excerpts"), ("pghistory", "0007_auto_20250421_0444")]
    operations = [migrations.RunPython(keep, keep_no_more)]
