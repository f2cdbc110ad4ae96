import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("community", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="picture",
            name="contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.contact",
            ),
        ),
    ]
