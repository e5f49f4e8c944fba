"""``python -m tui`` is ``hookboard``."""

from tui.cli.main import main

if __name__ == "__main__":
    main()
