import re

import django.db.models.deletion
from django.db import migrations, models

ADDRESS = re.compile(r"/files/(?:pictures/content|videos)/([A-Za-z0-9_.-]+)")


def note_media(apps, schema_editor):
    """Which of our own files what is published shows: from now on publishing notes it."""
    media = apps.get_model("knowledge", "Media").objects
    shown = apps.get_model("knowledge", "Version").media.through.objects
    versions = apps.get_model("knowledge", "Version").objects.filter(html__contains="/files/")
    for pk, html in versions.values_list("pk", "html").iterator(chunk_size=200):
        files = {f"content/{name}" for name in ADDRESS.findall(html)}
        found = media.filter(file__in=files).values_list("pk", flat=True)
        shown.bulk_create(shown.model(version_id=pk, media_id=one) for one in found)


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0002_front"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayOfViews",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField()),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.version",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "days of views",
                "indexes": [models.Index(fields=["day"], name="views_by_day")],
                "constraints": [models.UniqueConstraint(fields=("version", "day"), name="views_once_a_day")],
            },
        ),
        migrations.AddField(
            model_name="comment",
            name="edited_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="media",
            field=models.ManyToManyField(related_name="shown_in", to="knowledge.media"),
        ),
        migrations.AddField(
            model_name="version",
            name="views",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="media",
            index=models.Index(fields=["file"], name="media_by_file"),
        ),
        migrations.RunPython(note_media, migrations.RunPython.noop, elidable=True),
    ]
