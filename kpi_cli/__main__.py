"""``python -m kpi_cli`` is ``kpi``."""

from kpi_cli.cli.main import main

if __name__ == "__main__":
    main()
