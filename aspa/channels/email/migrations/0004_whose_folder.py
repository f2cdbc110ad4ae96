from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("email", "0003_known_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="folder",
            name="account",
            field=models.CharField(blank=True, max_length=32),
        ),
    ]
