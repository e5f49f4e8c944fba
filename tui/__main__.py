"""``python -m tui`` is ``hookboard``."""

from tui.cli.start import main

if __name__ == "__main__":
    main()
