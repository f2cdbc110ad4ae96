from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("email", "0001_mail")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="handover",
            field=models.CharField(
                blank=True, choices=[("open", "Open"), ("taken", "Taken")], db_default="", max_length=5
            ),
        ),
    ]
