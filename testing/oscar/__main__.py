"""python -m testing.oscar fill | serve PORT     (in the environment that `testing.oscar.running` makes)"""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "testing.oscar.settings"
    import django
    from django.core.management import call_command

    django.setup()
    if sys.argv[1] == "fill":
        from testing.oscar.goods import fill

        call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
        fill()
    else:
        call_command("runserver", f"127.0.0.1:{sys.argv[2]}", use_reloader=False, skip_checks=True)


if __name__ == "__main__":
    main()
