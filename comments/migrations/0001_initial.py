import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import uuid
import web.database.created_on
from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('canvases', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('prototypes', '0001_initial'),
        ('web', '0001_initial'),
    ]

    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='Comment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('idea', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='prototypes.idea', verbose_name='idea')),
                    ('prototype', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='prototypes.prototype', verbose_name='prototype')),
                    ('canvas', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='canvases.canvas', verbose_name='canvas')),
                    ('thread', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='comments.comment', verbose_name='answer to')),
                    ('text', models.TextField(blank=True, verbose_name='comment')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                    ('written_at', models.DateTimeField(verbose_name='written at')),
                    ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited at')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                    ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn for the lab by')),
                    ('withdrawal_reason', models.CharField(blank=True, max_length=500, verbose_name='reason for withdrawing the comment')),
                    ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('created_on', models.DateField(default=web.database.created_on.default_created_on, editable=False, null=True, verbose_name='added on')),
                ],
                options={
                    'verbose_name': 'comment',
                    'verbose_name_plural': 'comments',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('idempotency_key',), name='comment_idempotency_key_unique'), models.CheckConstraint(condition=models.Q(models.Q(('canvas__isnull', True), ('idea__isnull', False), ('prototype__isnull', True)), models.Q(('canvas__isnull', True), ('idea__isnull', True), ('prototype__isnull', False)), models.Q(('canvas__isnull', False), ('idea__isnull', True), ('prototype__isnull', True)), _connector='OR'), name='comment_about_one'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('text'), 20000), name='comment_length'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), models.Q(('text', ''), _negated=True)), models.Q(('text', ''), ('withdrawn_at__isnull', False)), _connector='OR'), name='comment_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawal_reason', ''), ('withdrawn_by', None)), models.Q(('withdrawal_reason__regex', '\\S'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='comment_withdrawal_reason_given'), models.CheckConstraint(condition=models.Q(models.Q(('edited_at', None), ('edited_at__gte', models.F('written_at')), _connector='OR'), models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('written_at')), _connector='OR')), name='comment_in_order')],
                    'triggers': [pgtrigger.compiler.Trigger(name='comment_on_running_work', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF EXISTS (SELECT 1 FROM (SELECT i.cohort_id, i.shared_with_edition AS shared, i.retrospective AS published FROM prototypes_idea i WHERE i.id = NEW.idea_id UNION ALL SELECT i.cohort_id, i.shared_with_edition, i.retrospective OR p.retrospective FROM prototypes_prototype p JOIN prototypes_idea i ON i.id = p.idea_id WHERE p.id = NEW.prototype_id UNION ALL SELECT d.cohort_id, d.shared_with_edition, o.retrospective FROM canvases_canvas d JOIN cohorts_cohort o ON o.id = d.cohort_id WHERE d.id = NEW.canvas_id) s WHERE s.published) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_on_running_work', MESSAGE = 'comment_on_running_work'; END IF; RETURN NEW;", hash='9369511cc536d574ad4e3f4b47d64c5f2b502bca', operation='INSERT', pgid='pgtrigger_comment_on_running_work_1187f', table='comments_comment', when='BEFORE')), pgtrigger.compiler.Trigger(name='comment_answers_one_level', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.thread_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM comments_comment c WHERE c.id = NEW.thread_id AND c.thread_id IS NULL AND ROW(c.idea_id, c.prototype_id, c.canvas_id) IS NOT DISTINCT FROM ROW(NEW.idea_id, NEW.prototype_id, NEW.canvas_id)) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_answers_one_level', MESSAGE = 'comment_answers_one_level'; END IF; RETURN NEW;", hash='229fcaa7bc2fb705e7a259565afdd34f2acbe994', operation='INSERT', pgid='pgtrigger_comment_answers_one_level_78d43', table='comments_comment', when='BEFORE')), pgtrigger.compiler.Trigger(name='comment_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF ROW(NEW.idea_id, NEW.prototype_id, NEW.canvas_id, NEW.thread_id, NEW.written_at) IS DISTINCT FROM ROW(OLD.idea_id, OLD.prototype_id, OLD.canvas_id, OLD.thread_id, OLD.written_at) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_fixed', MESSAGE = 'comment_fixed'; END IF; RETURN NEW;", hash='081ccb9fdef6e0019c9465e0887cd5f25d4cd564', operation='UPDATE', pgid='pgtrigger_comment_fixed_25196', table='comments_comment', when='BEFORE')), pgtrigger.compiler.Trigger(name='comment_withdrawn_by_lab', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'INSERT' AND NEW.withdrawn_by_id IS NOT NULL OR TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = NEW.withdrawn_by_id AND u.is_lab_staff) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_withdrawn_by_lab', MESSAGE = 'comment_withdrawn_by_lab'; END IF; RETURN NEW;", hash='586a8382ddd6dc23875ca6131229c086ddd5de58', operation='INSERT OR UPDATE', pgid='pgtrigger_comment_withdrawn_by_lab_a0d25', table='comments_comment', when='BEFORE')), pgtrigger.compiler.Trigger(name='comment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'written_by_id' - 'withdrawn_by_id') IS DISTINCT FROM (to_jsonb(OLD) - 'written_by_id' - 'withdrawn_by_id')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'comment_stays', MESSAGE = 'comment_stays';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='481858f5e039af0631f4c4e2ede279cec84e114e', operation='UPDATE OR DELETE', pgid='pgtrigger_comment_stays_4ece0', table='comments_comment', when='BEFORE')), pgtrigger.compiler.Trigger(name='comment_created_on_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND NEW.created_on IS DISTINCT FROM OLD.created_on THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'created_on_fixed', MESSAGE = 'created_on_fixed'; END IF; RETURN NEW;", hash='9c0c4582f228d3f6ca1afe569b6a40c77ca82f5d', operation='INSERT OR UPDATE', pgid='pgtrigger_comment_created_on_fixed_fae4c', table='comments_comment', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "comments_commentevent" ("canvas_id", "edited_at", "id", "idea_id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prototype_id", "thread_id", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id", "written_at", "written_by_id") VALUES (NEW."canvas_id", NEW."edited_at", NEW."id", NEW."idea_id", NEW."idempotency_key", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prototype_id", NEW."thread_id", NEW."withdrawal_reason", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='ad3e3ed4c51278e0388486253af814be335889ee', operation='INSERT', pgid='pgtrigger_insert_insert_18fd9', table='comments_comment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."canvas_id" IS DISTINCT FROM (NEW."canvas_id") OR OLD."edited_at" IS DISTINCT FROM (NEW."edited_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idea_id" IS DISTINCT FROM (NEW."idea_id") OR OLD."idempotency_key" IS DISTINCT FROM (NEW."idempotency_key") OR OLD."prototype_id" IS DISTINCT FROM (NEW."prototype_id") OR OLD."thread_id" IS DISTINCT FROM (NEW."thread_id") OR OLD."withdrawal_reason" IS DISTINCT FROM (NEW."withdrawal_reason") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id") OR OLD."written_at" IS DISTINCT FROM (NEW."written_at") OR OLD."written_by_id" IS DISTINCT FROM (NEW."written_by_id"))', func='INSERT INTO "comments_commentevent" ("canvas_id", "edited_at", "id", "idea_id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prototype_id", "thread_id", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id", "written_at", "written_by_id") VALUES (NEW."canvas_id", NEW."edited_at", NEW."id", NEW."idea_id", NEW."idempotency_key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prototype_id", NEW."thread_id", NEW."withdrawal_reason", NEW."withdrawn_at", NEW."withdrawn_by_id", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='56c227d577d594263bc80ef0f2194c94f9753374', operation='UPDATE', pgid='pgtrigger_update_update_230ec', table='comments_comment', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "comments_commentevent" ("canvas_id", "edited_at", "id", "idea_id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prototype_id", "thread_id", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id", "written_at", "written_by_id") VALUES (OLD."canvas_id", OLD."edited_at", OLD."id", OLD."idea_id", OLD."idempotency_key", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prototype_id", OLD."thread_id", OLD."withdrawal_reason", OLD."withdrawn_at", OLD."withdrawn_by_id", OLD."written_at", OLD."written_by_id"); RETURN NULL;', hash='5b01aa68d6404197012aff3115e6f1fcd18c0cc6', operation='DELETE', pgid='pgtrigger_delete_delete_ff62f', table='comments_comment', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='Mention',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('comment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='comments.comment', verbose_name='comment')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'verbose_name': 'mention',
                    'verbose_name_plural': 'mentions',
                    'ordering': ['pk'],
                    'constraints': [models.UniqueConstraint(fields=('comment', 'person'), name='mention_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='mention_of_a_reader', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NOT EXISTS (\n                    SELECT 1 FROM comments_comment r\n                    CROSS JOIN LATERAL (SELECT i.cohort_id, i.shared_with_edition AS shared, i.retrospective AS published FROM prototypes_idea i WHERE i.id = r.idea_id UNION ALL SELECT i.cohort_id, i.shared_with_edition, i.retrospective OR p.retrospective FROM prototypes_prototype p JOIN prototypes_idea i ON i.id = p.idea_id WHERE p.id = r.prototype_id UNION ALL SELECT d.cohort_id, d.shared_with_edition, o.retrospective FROM canvases_canvas d JOIN cohorts_cohort o ON o.id = d.cohort_id WHERE d.id = r.canvas_id) s\n                    JOIN cohorts_cohort c ON c.id = s.cohort_id\n                    JOIN accounts_user u ON u.id = NEW.person_id\n                    WHERE r.id = NEW.comment_id AND (\n                        u.is_lab_staff\n                        OR EXISTS (SELECT 1 FROM cohorts_membership m WHERE m.user_id = u.id AND m.cohort_id = c.id)\n                        OR EXISTS (SELECT 1 FROM programmes_authorityadmin a\n                            WHERE a.user_id = u.id AND a.authority_id = c.authority_id)\n                        OR (s.shared AND EXISTS (SELECT 1 FROM cohorts_membership m\n                            JOIN cohorts_cohort mc ON mc.id = m.cohort_id\n                            WHERE m.user_id = u.id AND mc.edition_id = c.edition_id)))) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'mention_of_a_reader', MESSAGE = 'mention_of_a_reader'; END IF; RETURN NEW;", hash='e50c5f2ec7b6928a7030cbadd56eee9e1d22b328', operation='INSERT', pgid='pgtrigger_mention_of_a_reader_a89cf', table='comments_mention', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "comments_mentionevent" ("comment_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."comment_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='ff647242498f3059c374041eed680ef8fea5db40', operation='INSERT', pgid='pgtrigger_insert_insert_22620', table='comments_mention', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "comments_mentionevent" ("comment_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."comment_id", NEW."id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='07fe612c5eaa7fcec0576e38fc9c9168406fe1b0', operation='UPDATE', pgid='pgtrigger_update_update_3dd83', table='comments_mention', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "comments_mentionevent" ("comment_id", "id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."comment_id", OLD."id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='81233b2df9f7f7fdbd21ef6c55570801004aba0d', operation='DELETE', pgid='pgtrigger_delete_delete_8ebf4', table='comments_mention', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='CommentEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='comments.comment')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('idea', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='prototypes.idea', verbose_name='idea')),
                    ('prototype', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='prototypes.prototype', verbose_name='prototype')),
                    ('canvas', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='canvases.canvas', verbose_name='canvas')),
                    ('thread', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='comments.comment', verbose_name='answer to')),
                    ('written_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                    ('written_at', models.DateTimeField(verbose_name='written at')),
                    ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited at')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                    ('withdrawn_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn for the lab by')),
                    ('withdrawal_reason', models.CharField(blank=True, max_length=500, verbose_name='reason for withdrawing the comment')),
                    ('idempotency_key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d875c138ca3ee9576745bd54f7929daa4a0690f1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_93460', table='comments_commentevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='MentionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='comments.mention')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('comment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='comments.comment', verbose_name='comment')),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a3aecfde35c723ba5d64233828b820daeb11fa96', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b41f9', table='comments_mentionevent', when='BEFORE'))],
                },
            ),
        ]),
    ]
