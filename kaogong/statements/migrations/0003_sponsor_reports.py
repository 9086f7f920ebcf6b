from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("statements", "0002_revoked_papers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="issuedpaper",
            name="kind",
            field=models.CharField(
                choices=[
                    ("statement", "对账单"),
                    ("receipt", "收据"),
                    ("tax", "年度证明"),
                    ("sponsor", "赞助资金报告"),
                ],
                max_length=10,
                verbose_name="种类",
            ),
        ),
    ]
