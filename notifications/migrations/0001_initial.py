import django.core.serializers.json
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models
from web.database.operation_group import OperationGroup


# Rows of e-mails change about four times, mostly in columns that no index holds: room beside them keeps that cheap.
ROOM = "ALTER TABLE %s SET (fillfactor = 80)"
NO_ROOM = "ALTER TABLE %s RESET (fillfactor)"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('web', '0001_initial'),
    ]

    operations = [
        OperationGroup([
            migrations.CreateModel(
                name='TaskRun',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('task', models.CharField(max_length=120, verbose_name='task')),
                    ('first_at', models.DateTimeField(verbose_name='first ran at')),
                    ('by_beat_at', models.DateTimeField(blank=True, null=True, verbose_name='asked for by beat at')),
                    ('started_at', models.DateTimeField(verbose_name='started at')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                    ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed at')),
                    ('error', models.TextField(blank=True, verbose_name='why it failed')),
                ],
                options={
                    'verbose_name': 'run of a task',
                    'verbose_name_plural': 'runs of tasks',
                    'ordering': ['task'],
                    'constraints': [models.UniqueConstraint(fields=('task',), name='task_run_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_taskrunevent" ("by_beat_at", "error", "failed_at", "finished_at", "first_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "started_at", "task") VALUES (OLD."by_beat_at", OLD."error", OLD."failed_at", OLD."finished_at", OLD."first_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."started_at", OLD."task"); RETURN NULL;', hash='c9ead95a92053219bc6bd0e904d2ea6663dfcb02', operation='DELETE', pgid='pgtrigger_delete_delete_5dd33', table='notifications_taskrun', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='CalendarFeed',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('about', models.SlugField(max_length=40, verbose_name='about')),
                    ('object_id', models.PositiveBigIntegerField(verbose_name='which one')),
                    ('token_hash', models.CharField(max_length=64, verbose_name='hash of the token')),
                    ('made_at', models.DateTimeField(verbose_name='created on')),
                    ('last_read_at', models.DateTimeField(blank=True, null=True, verbose_name='last read at')),
                ],
                options={
                    'verbose_name': 'calendar feed',
                    'verbose_name_plural': 'calendar feeds',
                    'ordering': ['user', 'about', 'object_id'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'about', 'object_id'), name='calendar_feed_once'), models.UniqueConstraint(fields=('token_hash',), name='calendar_feed_token_once'), models.CheckConstraint(condition=models.Q(('token_hash__regex', '^[0-9a-f]{64}$')), name='calendar_feed_hashed'), models.CheckConstraint(condition=models.Q(models.Q(('about', 'person'), _negated=True), ('object_id', models.F('user')), _connector='OR'), name='calendar_feed_own_person')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_calendarfeedevent" ("about", "id", "made_at", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."about", NEW."id", NEW."made_at", NEW."object_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='9905bed984309b0fbc18539845d5c4fef9d79e50', operation='INSERT', pgid='pgtrigger_insert_insert_8e67b', table='notifications_calendarfeed', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."about" IS DISTINCT FROM (NEW."about") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."object_id" IS DISTINCT FROM (NEW."object_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "notifications_calendarfeedevent" ("about", "id", "made_at", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."about", NEW."id", NEW."made_at", NEW."object_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='848c586a2370855ea72931c399b6c6f9706c626d', operation='UPDATE', pgid='pgtrigger_update_update_43165', table='notifications_calendarfeed', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_calendarfeedevent" ("about", "id", "made_at", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."about", OLD."id", OLD."made_at", OLD."object_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='4b522888f45af83bca5b33f39edd5379f38fa1c3', operation='DELETE', pgid='pgtrigger_delete_delete_fb1e2', table='notifications_calendarfeed', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('address', models.EmailField(blank=True, max_length=254, verbose_name='address')),
                    ('language', models.CharField(max_length=2, verbose_name='language')),
                    ('day', models.DateField(verbose_name='day')),
                    ('sequence', models.PositiveSmallIntegerField(verbose_name='number within the day')),
                    ('alone', models.BooleanField(default=False, verbose_name='sent separately')),
                    ('message_id', models.CharField(max_length=200, verbose_name='Message-ID')),
                    ('state', models.CharField(choices=[('queued', 'waiting'), ('handing_over', 'sending'), ('sent', 'sent'), ('dead', 'failed'), ('expired', 'too late'), ('cancelled', 'cancelled'), ('skipped', 'skipped'), ('held', 'paused')], default='queued', max_length=12, verbose_name='state')),
                    ('reason', models.SlugField(blank=True, max_length=40, verbose_name='reason')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('expires_at', models.DateTimeField(verbose_name='no longer useful from')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('next_attempt_at', models.DateTimeField(verbose_name='next attempt')),
                    ('lease_token', models.UUIDField(blank=True, null=True, verbose_name='lease')),
                    ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='leased until')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                    ('last_error', models.TextField(blank=True, verbose_name='mail server’s answer')),
                    ('subject', models.CharField(blank=True, max_length=250, verbose_name='subject')),
                ],
                options={
                    'verbose_name': 'e-mail',
                    'verbose_name_plural': 'e-mails',
                    'ordering': ['-due_at', '-id'],
                    'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'handing_over'])), fields=['next_attempt_at'], name='delivery_due'), models.Index(models.OrderBy(models.F('due_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='delivery_latest'), models.Index(fields=['state', '-due_at'], name='delivery_state_latest'), models.Index(fields=['user', '-due_at'], name='delivery_user_latest')],
                    'constraints': [models.UniqueConstraint(fields=('user', 'day', 'sequence'), name='delivery_once'), models.UniqueConstraint(fields=('message_id',), name='delivery_message_id'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='delivery_sent_at'), models.CheckConstraint(condition=models.Q(models.Q(('lease_token', None), ('lease_until', None)), models.Q(('lease_token__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='delivery_lease'), models.CheckConstraint(condition=models.Q(('reason', ''), ('state__in', ['dead', 'expired', 'cancelled', 'skipped', 'held']), _negated=True), name='delivery_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='delivery_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('queued') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_state', MESSAGE = 'delivery_state'; END IF;\n            ELSIF OLD.state IS DISTINCT FROM NEW.state\n                  AND (OLD.state || '>' || NEW.state) NOT IN ('queued>handing_over', 'queued>held', 'queued>dead', 'queued>expired', 'queued>cancelled', 'queued>skipped', 'handing_over>queued', 'handing_over>sent', 'handing_over>dead', 'handing_over>expired', 'handing_over>cancelled', 'handing_over>skipped', 'held>queued', 'held>cancelled', 'dead>queued') THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_state', MESSAGE = 'delivery_state';\n            END IF;\n            RETURN NEW;\n        ", hash='d6e1ed5dd7eb5defd29e55328250efd2e775805e', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_delivery_state_cc051', table='notifications_delivery', when='BEFORE')), pgtrigger.compiler.Trigger(name='delivery_sent_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state = 'sent')", func="\n            IF OLD.state = 'sent' AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'user_id' - 'address' - 'subject' - 'last_error') IS DISTINCT FROM (to_jsonb(OLD) - 'user_id' - 'address' - 'subject' - 'last_error')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_sent_frozen', MESSAGE = 'delivery_sent_frozen';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='aacde21984a0c5f166838f10c85802ea9b900567', operation='UPDATE OR DELETE', pgid='pgtrigger_delivery_sent_frozen_89b38', table='notifications_delivery', when='BEFORE')), pgtrigger.compiler.Trigger(name='delivery_sent_person', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state = 'sent')", func=" IF (NEW.address <> '' AND (NEW.address, NEW.user_id) IS DISTINCT FROM (OLD.address, OLD.user_id)) OR (NEW.subject <> '' AND NEW.subject <> OLD.subject) OR (NEW.last_error <> '' AND NEW.last_error <> OLD.last_error) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_sent_frozen', MESSAGE = 'delivery_sent_frozen'; END IF; RETURN NEW;", hash='d8b2bfae45ad1ab275cf51e9cedd99479731d5c3', operation='UPDATE', pgid='pgtrigger_delivery_sent_person_9d56c', table='notifications_delivery', when='BEFORE')), pgtrigger.compiler.Trigger(name='delivery_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_no_truncate', MESSAGE = 'delivery_no_truncate'; RETURN NULL;", hash='d6273588c9171cd4c7491464c46243644a4b9455', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_delivery_no_truncate_4496f', table='notifications_delivery', when='BEFORE')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state IN ('dead', 'held') OR NEW.state = 'held')", func='INSERT INTO "notifications_deliveryevent" ("attempts", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state") VALUES (NEW."attempts", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."state"); RETURN NULL;', hash='b71e7a209b58bab94e201adbd9f820c4f6271d22', operation='UPDATE', pgid='pgtrigger_update_update_5e5e2', table='notifications_delivery', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_deliveryevent" ("attempts", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "state") VALUES (OLD."attempts", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."state"); RETURN NULL;', hash='157a927595d9a455c9352e22c4cc14440c97e61e', operation='DELETE', pgid='pgtrigger_delete_delete_9e1c4', table='notifications_delivery', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='MailSwitch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('held_since', models.DateTimeField(blank=True, null=True, verbose_name='paused since')),
                    ('held_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='paused by')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                ],
                options={
                    'verbose_name': 'e-mail switch',
                    'verbose_name_plural': 'e-mail switches',
                    'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='mail_switch_single'), models.CheckConstraint(condition=models.Q(('held_since', None), models.Q(('reason', ''), _negated=True), _connector='OR'), name='mail_switch_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_mailswitchevent" ("held_by_id", "held_since", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."held_by_id", NEW."held_since", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason"); RETURN NULL;', hash='f3073f948a0c45643e05fff97aaf7e25030a7cad', operation='INSERT', pgid='pgtrigger_insert_insert_d628d', table='notifications_mailswitch', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_mailswitchevent" ("held_by_id", "held_since", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."held_by_id", NEW."held_since", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason"); RETURN NULL;', hash='40de243ccb6e65b09392fb75cf5ce8dbbcef4bff', operation='UPDATE', pgid='pgtrigger_update_update_d0ef5', table='notifications_mailswitch', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_mailswitchevent" ("held_by_id", "held_since", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (OLD."held_by_id", OLD."held_since", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason"); RETURN NULL;', hash='435f16686f221b0ab40e3213cdcfb3fca5e94105', operation='DELETE', pgid='pgtrigger_delete_delete_bc4df', table='notifications_mailswitch', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='Preference',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused_email_kinds', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('kind', models.SlugField(max_length=40, verbose_name='kind of event')),
                ],
                options={
                    'verbose_name': 'preference',
                    'verbose_name_plural': 'preferences',
                    'ordering': ['user', 'kind'],
                    'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='preference_once')],
                    'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_preferenceevent" ("id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='3954362c9cc43890896f50ea50e49d5518cde1ac', operation='INSERT', pgid='pgtrigger_insert_insert_e2c77', table='notifications_preference', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_preferenceevent" ("id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='89fdf79c59f312a6648346b2d901557776a69e4b', operation='UPDATE', pgid='pgtrigger_update_update_d1a92', table='notifications_preference', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_preferenceevent" ("id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='10e71a7d07ec2d940e7727031b6ecf89ca164509', operation='DELETE', pgid='pgtrigger_delete_delete_cc974', table='notifications_preference', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='Reminder',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.SlugField(max_length=40, verbose_name='kind of event')),
                    ('object_id', models.PositiveBigIntegerField(verbose_name='event')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                    ('event_day', models.DateField(blank=True, null=True, verbose_name='day of the event')),
                    ('step', models.SlugField(max_length=60, verbose_name='step')),
                    ('email_type', models.SlugField(max_length=60, verbose_name='e-mail')),
                    ('audience', models.SlugField(blank=True, max_length=40, verbose_name='to whom')),
                    ('alone', models.BooleanField(default=False, verbose_name='always a separate e-mail')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('due_on', models.DateField(verbose_name='local day')),
                    ('time_zone', models.CharField(blank=True, db_default='', default='', max_length=50, verbose_name='time zone')),
                    ('expires_at', models.DateTimeField(verbose_name='no longer useful from')),
                    ('state', models.CharField(choices=[('planned', 'planned'), ('expanded', 'e-mails created'), ('skipped', 'skipped'), ('cancelled', 'cancelled'), ('expired', 'too late')], default='planned', max_length=9, verbose_name='state')),
                    ('reason', models.SlugField(blank=True, max_length=40, verbose_name='reason')),
                    ('previous_details', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='previous details')),
                ],
                options={
                    'verbose_name': 'reminder',
                    'verbose_name_plural': 'reminders',
                    'ordering': ['due_at', 'id'],
                    'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['due_at', 'id'], name='reminder_due')],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'object_id', 'version', 'step'), name='reminder_once'), models.CheckConstraint(condition=models.Q(('reason', ''), ('state__in', ['skipped', 'cancelled', 'expired']), _negated=True), name='reminder_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='reminder_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('planned', 'skipped', 'expired') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_state', MESSAGE = 'reminder_state'; END IF;\n            ELSIF OLD.state IS DISTINCT FROM NEW.state\n                  AND (OLD.state || '>' || NEW.state) NOT IN ('planned>expanded', 'planned>cancelled', 'planned>expired') THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_state', MESSAGE = 'reminder_state';\n            END IF;\n            RETURN NEW;\n        ", hash='7e9c9b44e362ffac4a3c21ec228d0dea6f127b4d', operation='INSERT OR UPDATE', pgid='pgtrigger_reminder_state_d4022', table='notifications_reminder', when='BEFORE')), pgtrigger.compiler.Trigger(name='reminder_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'state' - 'reason') IS DISTINCT FROM (to_jsonb(OLD) - 'state' - 'reason') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'reminder_fixed', MESSAGE = 'reminder_fixed'; END IF; RETURN NEW;", hash='438b55e7f69891f357582211efad9ce52384e6a5', operation='INSERT OR UPDATE', pgid='pgtrigger_reminder_fixed_2d773', table='notifications_reminder', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_reminderevent" ("alone", "audience", "due_at", "due_on", "email_type", "event_day", "expires_at", "id", "kind", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_details", "reason", "state", "step", "time_zone", "version") VALUES (NEW."alone", NEW."audience", NEW."due_at", NEW."due_on", NEW."email_type", NEW."event_day", NEW."expires_at", NEW."id", NEW."kind", NEW."object_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."previous_details", NEW."reason", NEW."state", NEW."step", NEW."time_zone", NEW."version"); RETURN NULL;', hash='7fc8f7affa2d6957a7189232eed8f0fdcd98301d', operation='INSERT', pgid='pgtrigger_insert_insert_ac45e', table='notifications_reminder', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "notifications_reminderevent" ("alone", "audience", "due_at", "due_on", "email_type", "event_day", "expires_at", "id", "kind", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_details", "reason", "state", "step", "time_zone", "version") VALUES (NEW."alone", NEW."audience", NEW."due_at", NEW."due_on", NEW."email_type", NEW."event_day", NEW."expires_at", NEW."id", NEW."kind", NEW."object_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."previous_details", NEW."reason", NEW."state", NEW."step", NEW."time_zone", NEW."version"); RETURN NULL;', hash='006bbfa1a73692672b0ed02d4c9705aeacad5542', operation='UPDATE', pgid='pgtrigger_update_update_92027', table='notifications_reminder', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_reminderevent" ("alone", "audience", "due_at", "due_on", "email_type", "event_day", "expires_at", "id", "kind", "object_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_details", "reason", "state", "step", "time_zone", "version") VALUES (OLD."alone", OLD."audience", OLD."due_at", OLD."due_on", OLD."email_type", OLD."event_day", OLD."expires_at", OLD."id", OLD."kind", OLD."object_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."previous_details", OLD."reason", OLD."state", OLD."step", OLD."time_zone", OLD."version"); RETURN NULL;', hash='76db4ab7b7463b2294226035219f93c602c493b7', operation='DELETE', pgid='pgtrigger_delete_delete_f93e6', table='notifications_reminder', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='DeliveryItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='notifications.delivery', verbose_name='e-mail')),
                    ('reminder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='notifications.reminder', verbose_name='reminder')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('state', models.CharField(choices=[('queued', 'waiting'), ('sent', 'sent'), ('dead', 'failed'), ('expired', 'too late'), ('cancelled', 'cancelled'), ('skipped', 'skipped')], default='queued', max_length=9, verbose_name='state')),
                    ('reason', models.SlugField(blank=True, max_length=40, verbose_name='reason')),
                ],
                options={
                    'verbose_name': 'item of an e-mail',
                    'verbose_name_plural': 'items of an e-mail',
                    'ordering': ['id'],
                    'constraints': [models.UniqueConstraint(fields=('reminder', 'user'), name='delivery_item_once'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('state__in', ['queued', 'sent'])), models.Q(models.Q(('state__in', ['queued', 'sent']), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='delivery_item_reason')],
                    'triggers': [pgtrigger.compiler.Trigger(name='delivery_item_state', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.state NOT IN ('queued') THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_item_state', MESSAGE = 'delivery_item_state'; END IF;\n            ELSIF OLD.state IS DISTINCT FROM NEW.state\n                  AND (OLD.state || '>' || NEW.state) NOT IN ('queued>sent', 'queued>dead', 'queued>expired', 'queued>cancelled', 'queued>skipped', 'dead>queued') THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_item_state', MESSAGE = 'delivery_item_state';\n            END IF;\n            RETURN NEW;\n        ", hash='424038ff373a97a32416a11c56debcb4c20f3068', operation='INSERT OR UPDATE OF "state"', pgid='pgtrigger_delivery_item_state_78e01', table='notifications_deliveryitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='delivery_item_sent_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state = 'sent')", func="\n            IF OLD.state = 'sent' AND (TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'user_id') IS DISTINCT FROM (to_jsonb(OLD) - 'user_id')) THEN\n                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_item_sent_frozen', MESSAGE = 'delivery_item_sent_frozen';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='4082bc842e2d87fb4c8bed248f2c5d55b4ea4f59', operation='UPDATE OR DELETE', pgid='pgtrigger_delivery_item_sent_frozen_ffea1', table='notifications_deliveryitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='delivery_item_person', sql=pgtrigger.compiler.UpsertTriggerSql(func=" IF NEW.user_id <> (SELECT d.user_id FROM notifications_delivery d WHERE d.id = NEW.delivery_id) THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_item_person', MESSAGE = 'delivery_item_person'; END IF; RETURN NEW;", hash='3720a545143bf2d5a8febb54c2b03ff7587961b1', operation='INSERT OR UPDATE OF "user_id", "delivery_id"', pgid='pgtrigger_delivery_item_person_d8154', table='notifications_deliveryitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='delivery_item_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'delivery_item_no_truncate', MESSAGE = 'delivery_item_no_truncate'; RETURN NULL;", hash='6aa0db4eb85d61f3d0a63aca493898abf86b3896', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_delivery_item_no_truncate_70579', table='notifications_deliveryitem', when='BEFORE')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "notifications_deliveryitemevent" ("delivery_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reminder_id", "state", "user_id") VALUES (OLD."delivery_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."reminder_id", OLD."state", OLD."user_id"); RETURN NULL;', hash='19943adbc082fc8cf30433f22f1a1b48c8f407bd', operation='DELETE', pgid='pgtrigger_delete_delete_f2f21', table='notifications_deliveryitem', when='AFTER'))],
                },
            ),
            migrations.CreateModel(
                name='ReminderEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notifications.reminder')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('kind', models.SlugField(db_index=False, max_length=40, verbose_name='kind of event')),
                    ('object_id', models.PositiveBigIntegerField(verbose_name='event')),
                    ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                    ('event_day', models.DateField(blank=True, null=True, verbose_name='day of the event')),
                    ('step', models.SlugField(db_index=False, max_length=60, verbose_name='step')),
                    ('email_type', models.SlugField(db_index=False, max_length=60, verbose_name='e-mail')),
                    ('audience', models.SlugField(blank=True, db_index=False, max_length=40, verbose_name='to whom')),
                    ('alone', models.BooleanField(default=False, verbose_name='always a separate e-mail')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('due_on', models.DateField(verbose_name='local day')),
                    ('time_zone', models.CharField(blank=True, db_default='', default='', max_length=50, verbose_name='time zone')),
                    ('expires_at', models.DateTimeField(verbose_name='no longer useful from')),
                    ('state', models.CharField(choices=[('planned', 'planned'), ('expanded', 'e-mails created'), ('skipped', 'skipped'), ('cancelled', 'cancelled'), ('expired', 'too late')], default='planned', max_length=9, verbose_name='state')),
                    ('reason', models.SlugField(blank=True, db_index=False, max_length=40, verbose_name='reason')),
                    ('previous_details', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='previous details')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='25c17223f90b61ba65f5ce42952426db4115740b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6e951', table='notifications_reminderevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='TaskRunEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notifications.taskrun')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('task', models.CharField(max_length=120, verbose_name='task')),
                    ('first_at', models.DateTimeField(verbose_name='first ran at')),
                    ('by_beat_at', models.DateTimeField(blank=True, null=True, verbose_name='asked for by beat at')),
                    ('started_at', models.DateTimeField(verbose_name='started at')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                    ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed at')),
                    ('error', models.TextField(blank=True, verbose_name='why it failed')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8dc061d930d60d2711283943360836dcdda52344', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45d7e', table='notifications_taskrunevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='CalendarFeedEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notifications.calendarfeed')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('about', models.SlugField(db_index=False, max_length=40, verbose_name='about')),
                    ('object_id', models.PositiveBigIntegerField(verbose_name='which one')),
                    ('made_at', models.DateTimeField(verbose_name='created on')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4502484c35f34e7dc0b0d1db218393d40ef59a80', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1bfe0', table='notifications_calendarfeedevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='DeliveryEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='id_state_reason_attempts_events', to='notifications.delivery')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('state', models.CharField(choices=[('queued', 'waiting'), ('handing_over', 'sending'), ('sent', 'sent'), ('dead', 'failed'), ('expired', 'too late'), ('cancelled', 'cancelled'), ('skipped', 'skipped'), ('held', 'paused')], default='queued', max_length=12, verbose_name='state')),
                    ('reason', models.SlugField(blank=True, db_index=False, max_length=40, verbose_name='reason')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='69acc0cf1e4154cee22df57ddf018d569d25e69c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_18d0e', table='notifications_deliveryevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='MailSwitchEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notifications.mailswitch')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('held_since', models.DateTimeField(blank=True, null=True, verbose_name='paused since')),
                    ('held_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='paused by')),
                    ('reason', models.TextField(blank=True, verbose_name='reason')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2309797bc3684465cb7c6dc8dc90bbe7a7ec9f2f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_41c8c', table='notifications_mailswitchevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='PreferenceEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notifications.preference')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('kind', models.SlugField(db_index=False, max_length=40, verbose_name='kind of event')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9f8e6685db0b9852b3d527fb07cc3052e05bc8e1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1d4e1', table='notifications_preferenceevent', when='BEFORE'))],
                },
            ),
            migrations.CreateModel(
                name='DeliveryItemEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='notifications.deliveryitem')),
                    ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                    ('id', models.BigIntegerField()),
                    ('delivery', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='notifications.delivery', verbose_name='e-mail')),
                    ('reminder', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='notifications.reminder', verbose_name='reminder')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('state', models.CharField(choices=[('queued', 'waiting'), ('sent', 'sent'), ('dead', 'failed'), ('expired', 'too late'), ('cancelled', 'cancelled'), ('skipped', 'skipped')], default='queued', max_length=9, verbose_name='state')),
                    ('reason', models.SlugField(blank=True, db_index=False, max_length=40, verbose_name='reason')),
                ],
                options={
                    'abstract': False,
                    'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='027f46f171b0ca10e1da277156ae0d45af621a64', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3af7e', table='notifications_deliveryitemevent', when='BEFORE'))],
                },
            ),
        ]),
        migrations.RunSQL(ROOM % "notifications_delivery", NO_ROOM % "notifications_delivery"),
        migrations.RunSQL(ROOM % "notifications_deliveryitem", NO_ROOM % "notifications_deliveryitem"),
    ]
