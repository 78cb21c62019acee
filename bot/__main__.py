"""`python -m bot` is `overseer`."""

from bot.cli import main

if __name__ == "__main__":
    main()
