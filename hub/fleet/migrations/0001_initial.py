"""The first tables: terminals, events, calls."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.CharField(max_length=26)),
                ("seq", models.BigIntegerField()),
                ("boot", models.CharField(max_length=64)),
                ("boot_ms", models.BigIntegerField()),
                ("wall_ms", models.BigIntegerField()),
                ("clock", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=32)),
                ("version", models.PositiveIntegerField()),
                ("record", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("filed_at", models.DateTimeField()),
                ("dated_by", models.CharField(max_length=12)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Terminal",
            fields=[
                ("id", models.CharField(max_length=63, primary_key=True, serialize=False)),
                ("site", models.CharField(blank=True, max_length=200)),
                ("token_sha256", models.CharField(max_length=64)),
                ("enabled", models.BooleanField(default=True)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="call",
                        serialize=False,
                        to="fleet.event",
                    ),
                ),
                ("started_at", models.DateTimeField(db_index=True)),
                ("language", models.CharField(max_length=2)),
                ("purpose", models.CharField(max_length=12)),
                ("lines", models.CharField(max_length=200)),
                ("answered", models.BooleanField()),
                ("ended_by", models.CharField(max_length=12)),
                ("result", models.CharField(max_length=16)),
                ("rescues", models.PositiveIntegerField()),
                ("off_hook_ms", models.BigIntegerField()),
                ("talk_ms", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="terminal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="fleet.terminal"
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("terminal", "event_id"), name="one_row_an_event"),
        ),
    )
