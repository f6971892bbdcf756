import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import uuid
import web.database.created_on
import web.database.text_search
from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('cohorts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('prototypes', '0001_initial'),
        ('web', '0001_initial'),
    ]

    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='Canvas',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='canvases', to='cohorts.cohort', verbose_name='cohort')),
                    ('kind', models.CharField(choices=[('persona', 'persona'), ('journey_map', 'journey map'), ('service_blueprint', 'service blueprint'), ('service_model', 'service model')], max_length=17, verbose_name='kind')),
                    ('title', models.CharField(max_length=160, verbose_name='title')),
                    ('challenge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='canvases', to='prototypes.challenge', verbose_name='challenge')),
                    ('idea', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='canvases', to='prototypes.idea', verbose_name='idea')),
                    ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                    ('shared_with_edition', models.BooleanField(default=False, verbose_name='shared with the edition')),
                    ('copied_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='canvases.canvas', verbose_name='copied from')),
                    ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('created_on', models.DateField(default=web.database.created_on.default_created_on, editable=False, null=True, verbose_name='added on')),
                ],
                options={
                    'verbose_name': 'canvas',
                    'verbose_name_plural': 'canvases',
                    'indexes': [django.contrib.postgres.indexes.GinIndex(web.database.text_search.SearchWords('title'), name='canvas_words')],
                    'constraints': [models.UniqueConstraint(fields=('idempotency_key',), name='canvas_idempotency_key_unique'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='canvas_titled'), models.CheckConstraint(condition=models.Q(('kind__in', ['persona', 'journey_map', 'service_blueprint', 'service_model'])), name='canvas_kind'), models.CheckConstraint(condition=models.Q(('challenge', None), ('idea', None), _connector='OR'), name='canvas_about_one')],
                    'triggers': [pgtrigger.compiler.Trigger(name='canvas_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND ROW(NEW.cohort_id, NEW.kind, NEW.copied_from_id) IS DISTINCT FROM ROW(OLD.cohort_id, OLD.kind, OLD.copied_from_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_fixed', MESSAGE = 'canvas_fixed'; END IF; RETURN NEW;", hash='05543a9de40d54194fee016b5d328293923c4501', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_fixed_8733f', table='canvases_canvas', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_about_of_cohort', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF EXISTS (SELECT 1 FROM prototypes_idea i WHERE i.id = NEW.idea_id AND i.cohort_id <> NEW.cohort_id) OR EXISTS (SELECT 1 FROM prototypes_challenge c WHERE c.id = NEW.challenge_id AND c.cohort_id <> NEW.cohort_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_about_of_cohort', MESSAGE = 'canvas_about_of_cohort'; END IF; RETURN NEW;", hash='d4a012b5a4d16cddacd199f9b13164de66dc3549', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_about_of_cohort_e0e9e', table='canvases_canvas', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_copy_of_kind', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF EXISTS (SELECT 1 FROM canvases_canvas c WHERE c.id = NEW.copied_from_id AND c.kind <> NEW.kind) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_copy_of_kind', MESSAGE = 'canvas_copy_of_kind'; END IF; RETURN NEW;", hash='9f25865c05dea779b4263af351bec3c7b5afba6f', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_copy_of_kind_922ee', table='canvases_canvas', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_created_on_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND NEW.created_on IS DISTINCT FROM OLD.created_on THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'created_on_fixed', MESSAGE = 'created_on_fixed'; END IF; RETURN NEW;", hash='14d6213c178db9267229ef26c84c34bca1521637', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_created_on_fixed_df9f0', table='canvases_canvas', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "canvases_canvasevent" ("challenge_id", "cohort_id", "copied_from_id", "id", "idea_id", "idempotency_key", "kind", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shared_with_edition", "title") VALUES (NEW."challenge_id", NEW."cohort_id", NEW."copied_from_id", NEW."id", NEW."idea_id", NEW."idempotency_key", NEW."kind", NEW."made_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shared_with_edition", NEW."title"); RETURN NULL;', hash='05e2d6038601e29919468150747b7a73524d714f', operation='INSERT', pgid='pgtrigger_insert_insert_58e92', table='canvases_canvas', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."challenge_id" IS DISTINCT FROM (NEW."challenge_id") OR OLD."cohort_id" IS DISTINCT FROM (NEW."cohort_id") OR OLD."copied_from_id" IS DISTINCT FROM (NEW."copied_from_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idea_id" IS DISTINCT FROM (NEW."idea_id") OR OLD."idempotency_key" IS DISTINCT FROM (NEW."idempotency_key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR OLD."shared_with_edition" IS DISTINCT FROM (NEW."shared_with_edition") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "canvases_canvasevent" ("challenge_id", "cohort_id", "copied_from_id", "id", "idea_id", "idempotency_key", "kind", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shared_with_edition", "title") VALUES (NEW."challenge_id", NEW."cohort_id", NEW."copied_from_id", NEW."id", NEW."idea_id", NEW."idempotency_key", NEW."kind", NEW."made_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shared_with_edition", NEW."title"); RETURN NULL;', hash='7958c6da353eeaf8cdc9be11c3e6bdda081dd9c8', operation='UPDATE', pgid='pgtrigger_update_update_c0d98', table='canvases_canvas', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "canvases_canvasevent" ("challenge_id", "cohort_id", "copied_from_id", "id", "idea_id", "idempotency_key", "kind", "made_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shared_with_edition", "title") VALUES (OLD."challenge_id", OLD."cohort_id", OLD."copied_from_id", OLD."id", OLD."idea_id", OLD."idempotency_key", OLD."kind", OLD."made_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."shared_with_edition", OLD."title"); RETURN NULL;', hash='cfa49dfcd4935508e6ad5c31cf567855f52f9677', operation='DELETE', pgid='pgtrigger_delete_delete_14751', table='canvases_canvas', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='CanvasStep',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('canvas', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='canvases.canvas', verbose_name='canvas')),
                    ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ],
                options={
                    'verbose_name': 'step',
                    'verbose_name_plural': 'steps',
                    'ordering': ['canvas', 'position'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(web.database.text_search.SearchWords('name'), name='canvas_step_words')],
                    'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('canvas', 'position'), name='canvas_step_order_once'), models.UniqueConstraint(fields=('idempotency_key',), name='canvas_step_idempotency_key_unique'), models.CheckConstraint(condition=models.Q(('position__range', (1, 60))), name='canvas_step_room'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='canvas_step_named')],
                    'triggers': [pgtrigger.compiler.Trigger(name='canvas_step_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND ROW(NEW.canvas_id) IS DISTINCT FROM ROW(OLD.canvas_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_step_fixed', MESSAGE = 'canvas_step_fixed'; END IF; RETURN NEW;", hash='4dd1df2570b1f80b66b222a332990e767bbd87e1', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_step_fixed_06564', table='canvases_canvasstep', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_step_of_kind', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF EXISTS (SELECT 1 FROM canvases_canvas c WHERE c.id = NEW.canvas_id AND c.kind IN ('service_model')) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_step_of_kind', MESSAGE = 'canvas_step_of_kind'; END IF; RETURN NEW;", hash='c5d68ef0d74ae580fc516d5bdb7c1a9d03b07a12', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_step_of_kind_5d44c', table='canvases_canvasstep', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "canvases_canvasstepevent" ("canvas_id", "id", "idempotency_key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."canvas_id", NEW."id", NEW."idempotency_key", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;', hash='ecc199d30d0f62d9109fe131b0c30fbc7d217988', operation='INSERT', pgid='pgtrigger_insert_insert_7eb0a', table='canvases_canvasstep', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "canvases_canvasstepevent" ("canvas_id", "id", "idempotency_key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."canvas_id", NEW."id", NEW."idempotency_key", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;', hash='0954f85ecfc3d2c52cd68d411f677ac2be4a9703', operation='UPDATE', pgid='pgtrigger_update_update_a4930', table='canvases_canvasstep', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "canvases_canvasstepevent" ("canvas_id", "id", "idempotency_key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (OLD."canvas_id", OLD."id", OLD."idempotency_key", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position"); RETURN NULL;', hash='2efb300e0bcc18ad34b3f7cabf4b89fa80ccdb6e', operation='DELETE', pgid='pgtrigger_delete_delete_b07ea', table='canvases_canvasstep', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='CanvasCell',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('canvas', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cells', to='canvases.canvas', verbose_name='canvas')),
                    ('step', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='canvases.canvasstep', verbose_name='step')),
                    ('lane', models.CharField(choices=[('access_needs', 'access_needs'), ('activities', 'activities'), ('backstage', 'backstage'), ('beneficiaries', 'beneficiaries'), ('channels', 'channels'), ('costs', 'costs'), ('digital_ease', 'digital_ease'), ('doing', 'doing'), ('emotion', 'emotion'), ('evidence', 'evidence'), ('frontstage', 'frontstage'), ('funding', 'funding'), ('legal_basis', 'legal_basis'), ('measures', 'measures'), ('needs', 'needs'), ('openings', 'openings'), ('pains', 'pains'), ('partners', 'partners'), ('problem', 'problem'), ('quote', 'quote'), ('resources', 'resources'), ('situation', 'situation'), ('support', 'support'), ('touchpoint', 'touchpoint'), ('trait', 'trait'), ('user', 'user'), ('value', 'value')], max_length=16, verbose_name='lane')),
                    ('text', models.TextField(blank=True, verbose_name='text')),
                    ('level', models.SmallIntegerField(blank=True, null=True, verbose_name='level')),
                    ('assumption', models.BooleanField(default=False, verbose_name='assumption')),
                    ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='canvas_cells', to='cohorts.session', verbose_name='session')),
                    ('trial', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='canvas_cells', to='prototypes.trial', verbose_name='test')),
                    ('stance', models.CharField(blank=True, choices=[('supports', 'supports the text'), ('contradicts', 'contradicts the text')], max_length=11, verbose_name='what the test says about the text')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                    ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='last edited by')),
                    ('edited_at', models.DateTimeField(verbose_name='last edited at')),
                ],
                options={
                    'verbose_name': 'text',
                    'verbose_name_plural': 'texts',
                    'indexes': [django.contrib.postgres.indexes.GinIndex(web.database.text_search.SearchWords('text'), name='canvas_cell_words')],
                    'constraints': [models.UniqueConstraint(fields=('canvas', 'step', 'lane'), name='canvas_cell_once', nulls_distinct=False), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 20000), name='canvas_cell_length'), models.CheckConstraint(condition=models.Q(models.Q(('level', None), ('text', ''), ('assumption', False), ('session', None), ('stance', ''), ('trial', None)), models.Q(models.Q(('level', None), ('text', ''), _negated=True), models.Q(models.Q(('assumption', True), ('session', None), ('stance', '')), models.Q(('assumption', False), ('session__isnull', False), ('stance', ''), ('trial', None)), models.Q(('assumption', False), ('session', None), ('stance__in', ['supports', 'contradicts']), ('trial__isnull', False)), _connector='OR')), _connector='OR'), name='canvas_cell_basis'), models.CheckConstraint(condition=models.Q(('level', None), models.Q(('lane', 'digital_ease'), ('level__range', (1, 5))), models.Q(('lane', 'emotion'), ('level__range', (-2, 2))), _connector='OR'), name='canvas_cell_level')],
                    'triggers': [pgtrigger.compiler.Trigger(name='canvas_cell_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND ROW(NEW.canvas_id, NEW.step_id, NEW.lane) IS DISTINCT FROM ROW(OLD.canvas_id, OLD.step_id, OLD.lane) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_cell_fixed', MESSAGE = 'canvas_cell_fixed'; END IF; RETURN NEW;", hash='b94169bc9df272f37218f18ee41efbc5948f4457', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_cell_fixed_b3f24', table='canvases_canvascell', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_cell_of_kind', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (SELECT c.kind || CASE WHEN NEW.step_id IS NULL THEN '>section>' ELSE '>step>' END || NEW.lane FROM canvases_canvas c WHERE c.id = NEW.canvas_id) NOT IN ('persona>section>quote', 'persona>section>situation', 'persona>section>needs', 'persona>section>digital_ease', 'persona>section>access_needs', 'persona>step>trait', 'journey_map>step>doing', 'journey_map>step>touchpoint', 'journey_map>step>emotion', 'journey_map>step>pains', 'journey_map>step>openings', 'service_blueprint>step>evidence', 'service_blueprint>step>user', 'service_blueprint>step>frontstage', 'service_blueprint>step>backstage', 'service_blueprint>step>support', 'service_model>section>problem', 'service_model>section>beneficiaries', 'service_model>section>value', 'service_model>section>channels', 'service_model>section>activities', 'service_model>section>partners', 'service_model>section>resources', 'service_model>section>costs', 'service_model>section>funding', 'service_model>section>legal_basis', 'service_model>section>measures') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_cell_of_kind', MESSAGE = 'canvas_cell_of_kind'; END IF; RETURN NEW;", hash='28412bd3a745d54052069bfab28322bc7c9254ce', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_cell_of_kind_7c9dd', table='canvases_canvascell', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_cell_step_of_canvas', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF EXISTS (SELECT 1 FROM canvases_canvasstep s WHERE s.id = NEW.step_id AND s.canvas_id <> NEW.canvas_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_cell_step_of_canvas', MESSAGE = 'canvas_cell_step_of_canvas'; END IF; RETURN NEW;", hash='e08bde261e79e3f3a84ab0fd28aaf70e0b213c9a', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_cell_step_of_canvas_f480c', table='canvases_canvascell', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_cell_evidence_of_cohort', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF EXISTS (SELECT 1 FROM canvases_canvas c LEFT JOIN cohorts_session s ON s.id = NEW.session_id LEFT JOIN prototypes_trial t ON t.id = NEW.trial_id LEFT JOIN prototypes_prototype p ON p.id = t.prototype_id LEFT JOIN prototypes_idea i ON i.id = p.idea_id WHERE c.id = NEW.canvas_id AND (s.cohort_id <> c.cohort_id OR i.cohort_id <> c.cohort_id)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_cell_evidence_of_cohort', MESSAGE = 'canvas_cell_evidence_of_cohort'; END IF; RETURN NEW;", hash='6f52ca99fd52036800df1f11a464fe922c173dd8', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_cell_evidence_of_cohort_3b311', table='canvases_canvascell', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_cell_test_concluded', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.stance <> '' AND NOT EXISTS (SELECT 1 FROM prototypes_trial t WHERE t.id = NEW.trial_id AND t.state = 'concluded') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_cell_test_concluded', MESSAGE = 'canvas_cell_test_concluded'; END IF; RETURN NEW;", hash='73c6881ebc4af25364c426eaa80a488b42da9fbe', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_cell_test_concluded_2939c', table='canvases_canvascell', when='BEFORE')), pgtrigger.compiler.Trigger(name='canvas_cell_version', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF (TG_OP = 'INSERT' AND NEW.version <> 1) OR (TG_OP = 'UPDATE' AND NEW.version <> OLD.version + CASE WHEN ROW(NEW.text, NEW.level, NEW.assumption, NEW.session_id, NEW.trial_id, NEW.stance) IS DISTINCT FROM ROW(OLD.text, OLD.level, OLD.assumption, OLD.session_id, OLD.trial_id, OLD.stance) THEN 1 ELSE 0 END) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'canvas_cell_version', MESSAGE = 'canvas_cell_version'; END IF; RETURN NEW;", hash='d5ed30ba693ccb67460b5ed8b7074bc395826917', operation='INSERT OR UPDATE', pgid='pgtrigger_canvas_cell_version_1b8da', table='canvases_canvascell', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "canvases_canvascellevent" ("assumption", "canvas_id", "edited_at", "edited_by_id", "id", "lane", "level", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "stance", "step_id", "text", "trial_id", "version") VALUES (NEW."assumption", NEW."canvas_id", NEW."edited_at", NEW."edited_by_id", NEW."id", NEW."lane", NEW."level", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."session_id", NEW."stance", NEW."step_id", NEW."text", NEW."trial_id", NEW."version"); RETURN NULL;', hash='3475c542715f2707459aa484c85dd1dbe80c5bc7', operation='INSERT', pgid='pgtrigger_insert_insert_e741d', table='canvases_canvascell', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "canvases_canvascellevent" ("assumption", "canvas_id", "edited_at", "edited_by_id", "id", "lane", "level", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "stance", "step_id", "text", "trial_id", "version") VALUES (NEW."assumption", NEW."canvas_id", NEW."edited_at", NEW."edited_by_id", NEW."id", NEW."lane", NEW."level", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."session_id", NEW."stance", NEW."step_id", NEW."text", NEW."trial_id", NEW."version"); RETURN NULL;', hash='b9da1f51ed6386b2c5b2d2e862d43900f36be123', operation='UPDATE', pgid='pgtrigger_update_update_2b144', table='canvases_canvascell', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "canvases_canvascellevent" ("assumption", "canvas_id", "edited_at", "edited_by_id", "id", "lane", "level", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "stance", "step_id", "text", "trial_id", "version") VALUES (OLD."assumption", OLD."canvas_id", OLD."edited_at", OLD."edited_by_id", OLD."id", OLD."lane", OLD."level", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."session_id", OLD."stance", OLD."step_id", OLD."text", OLD."trial_id", OLD."version"); RETURN NULL;', hash='43cdcfad9f743df1cef2779baa5c6ff456e40fec', operation='DELETE', pgid='pgtrigger_delete_delete_c6968', table='canvases_canvascell', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='CanvasCellEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='canvases.canvascell')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('canvas', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='canvases.canvas', verbose_name='canvas')),
                    ('step', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='canvases.canvasstep', verbose_name='step')),
                    ('lane', models.CharField(choices=[('access_needs', 'access_needs'), ('activities', 'activities'), ('backstage', 'backstage'), ('beneficiaries', 'beneficiaries'), ('channels', 'channels'), ('costs', 'costs'), ('digital_ease', 'digital_ease'), ('doing', 'doing'), ('emotion', 'emotion'), ('evidence', 'evidence'), ('frontstage', 'frontstage'), ('funding', 'funding'), ('legal_basis', 'legal_basis'), ('measures', 'measures'), ('needs', 'needs'), ('openings', 'openings'), ('pains', 'pains'), ('partners', 'partners'), ('problem', 'problem'), ('quote', 'quote'), ('resources', 'resources'), ('situation', 'situation'), ('support', 'support'), ('touchpoint', 'touchpoint'), ('trait', 'trait'), ('user', 'user'), ('value', 'value')], max_length=16, verbose_name='lane')),
                    ('text', models.TextField(blank=True, verbose_name='text')),
                    ('level', models.SmallIntegerField(blank=True, null=True, verbose_name='level')),
                    ('assumption', models.BooleanField(default=False, verbose_name='assumption')),
                    ('session', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cohorts.session', verbose_name='session')),
                    ('trial', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='prototypes.trial', verbose_name='test')),
                    ('stance', models.CharField(blank=True, choices=[('supports', 'supports the text'), ('contradicts', 'contradicts the text')], max_length=11, verbose_name='what the test says about the text')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                    ('edited_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='last edited by')),
                    ('edited_at', models.DateTimeField(verbose_name='last edited at')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7d8045ba352cce9ee748ed6a4c17926b295a4d9d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1132f', table='canvases_canvascellevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='CanvasEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='canvases.canvas')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('cohort', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='cohorts.cohort', verbose_name='cohort')),
                    ('kind', models.CharField(choices=[('persona', 'persona'), ('journey_map', 'journey map'), ('service_blueprint', 'service blueprint'), ('service_model', 'service model')], max_length=17, verbose_name='kind')),
                    ('title', models.CharField(max_length=160, verbose_name='title')),
                    ('challenge', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='prototypes.challenge', verbose_name='challenge')),
                    ('idea', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='prototypes.idea', verbose_name='idea')),
                    ('made_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                    ('shared_with_edition', models.BooleanField(default=False, verbose_name='shared with the edition')),
                    ('copied_from', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='canvases.canvas', verbose_name='copied from')),
                    ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b340b2221cb0a8d7e154828220c3062c3bf17d3d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_55f29', table='canvases_canvasevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='CanvasStepEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='canvases.canvasstep')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('canvas', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='canvases.canvas', verbose_name='canvas')),
                    ('position', models.PositiveSmallIntegerField(verbose_name='position')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f7a40659c42e3c5139bf0425eb96ee5c0805500a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_47822', table='canvases_canvasstepevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='JourneyMap',
                fields=[
                ],
                options={
                    'verbose_name': 'journey map',
                    'verbose_name_plural': 'journey maps',
                    'proxy': True,
                    'indexes': [],
                    'constraints': [],
                },
                bases=('canvases.canvas',),
            ),
            migrations.CreateModel(
                name='Persona',
                fields=[
                ],
                options={
                    'verbose_name': 'persona',
                    'verbose_name_plural': 'personas',
                    'proxy': True,
                    'indexes': [],
                    'constraints': [],
                },
                bases=('canvases.canvas',),
            ),
            migrations.CreateModel(
                name='ServiceBlueprint',
                fields=[
                ],
                options={
                    'verbose_name': 'service blueprint',
                    'verbose_name_plural': 'service blueprints',
                    'proxy': True,
                    'indexes': [],
                    'constraints': [],
                },
                bases=('canvases.canvas',),
            ),
            migrations.CreateModel(
                name='ServiceModel',
                fields=[
                ],
                options={
                    'verbose_name': 'service model',
                    'verbose_name_plural': 'service models',
                    'proxy': True,
                    'indexes': [],
                    'constraints': [],
                },
                bases=('canvases.canvas',),
            ),
        ]),
    ]
