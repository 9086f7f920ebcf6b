"""``python -m kaogong.cli`` is the same as ``kaogong``."""

from kaogong.cli import main

main(prog_name="kaogong")
