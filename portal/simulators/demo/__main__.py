"""``python -m portal.simulators.demo``, which ``make demo`` calls."""

from portal.simulators.demo import main

main()
